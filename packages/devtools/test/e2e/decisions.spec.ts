import { expect, type Locator, type Page } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import { expectAccessible, inBothLooks } from "./axe.ts";
import { openTab } from "./tabs.ts";

/** The parts of the tab that a user sees. */
interface Tab {
  readonly panel: Locator;
  readonly grid: Locator;
  readonly details: Locator;
  /** Returns a value in the details, by its label. */
  readonly fact: (name: string) => Locator;
  /** The rendered rows, without the header. */
  readonly rows: Locator;
  readonly row: (name: string) => Locator;
}

async function openDecisions(page: Page): Promise<Tab> {
  await page.getByRole("heading", { name: "kp_ann in" }).waitFor();
  await openTab(page, "Decisions");
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  const grid = panel.getByRole("grid", { name: "Decisions" });
  await expect(grid).toBeVisible();
  const details = panel.getByRole("region", { name: /^(view|veiw|edit|delete) / });
  return {
    panel,
    grid,
    details,
    fact: (name) => details.locator(`dt:text-is("${name}") + dd`),
    rows: grid.locator("tr[aria-selected]"),
    row: (name) => grid.getByRole("row", { name }),
  };
}

/** The marks on the page. */
function marksOn(page: Page): Locator {
  return page.locator(".mark");
}

/** Whether a mark frames an element, with a tolerance of its line width. */
async function isAround(frame: Locator, element: Locator): Promise<boolean> {
  const [outer, inner] = [await frame.boundingBox(), await element.boundingBox()];
  if (!outer || !inner) return false;
  return (["x", "y", "width", "height"] as const).every((side) => Math.abs(outer[side] - inner[side]) <= 1);
}

test("lists each decision that matches the filters, until its component is unmounted", async ({ signedIn: page }) => {
  const { panel, rows, row } = await openDecisions(page);
  await expect(rows).toHaveCount(10);
  const cells = ["✓ allowed", "edit", "document", "draft", /^\d+ s$/, "–", "–", "1"];
  await expect(row("edit document draft").getByRole("gridcell")).toHaveText(cells);

  await panel.getByRole("combobox", { name: "Kind" }).selectOption("documnet");
  await expect(rows).toHaveCount(1);
  await panel.getByRole("combobox", { name: "Kind" }).selectOption("");
  await panel.getByRole("combobox", { name: "Action" }).selectOption("edit");
  await expect(rows).toHaveCount(4);
  await panel.getByRole("combobox", { name: "State" }).selectOption("denied");
  await expect(rows).toHaveCount(3);
  await panel.getByRole("searchbox").fill("nonsense EDIT");
  await expect(rows).toHaveCount(1);
  await expect(row("edit document broken")).toBeVisible();
  await expect(panel.getByText("1 of 10")).toBeVisible();
  // The tab keeps its filters.
  await panel.getByRole("tab", { name: "Plans" }).click();
  await panel.getByRole("tab", { name: "Decisions" }).click();
  await expect(rows).toHaveCount(1);
  await panel.getByRole("searchbox").fill("");
  await panel.getByRole("combobox", { name: "Action" }).selectOption("");
  await panel.getByRole("combobox", { name: "State" }).selectOption("");

  await page.getByRole("button", { name: "Remove draft" }).click();
  await expect(row("edit document draft")).toHaveCount(0);
  // A check with a misspelled action on the same document is still on the page.
  await expect(rows).toHaveCount(8);
  await panel.getByRole("checkbox", { name: "On screen only" }).uncheck();
  await expect(rows).toHaveCount(10);
  await expect(row("edit document draft").getByRole("gridcell").last()).toHaveText("0");
});

test("the details have the reason and all facts", async ({ signedIn: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { details, fact, row } = await openDecisions(page);
  await row("edit document locked").click();
  await expect(details).toContainText("Policy output: the document is locked");
  await expect(details).toContainText("The policy resource.document.vdefault denies the action");
  await expect(fact("Matched policy")).toHaveText("resource.document.vdefault");
  await expect(fact("Derived roles")).toHaveText("owner");
  await expect(fact("Outputs")).toContainText('"the document is locked" (resource.document.vdefault#rule-002)');
  await expect(fact("Principal")).toHaveText("kp_ann (roles: user)");
  await expect(fact("Age")).toContainText(/^Answered \d+ s ago\. Fresh for another \d+ s;/);
  await expect(fact("Components")).toHaveText("Shown › DocumentRow › Can");
  await expect(fact("Resource, as sent")).toContainText('"status": "locked"');
  const callId = await fact("Call id").locator("code").textContent();
  await details.getByRole("button", { name: "Copy call id" }).click();
  await expect(details.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(callId);

  await row("edit document broken").click();
  await expect(details).toContainText("The attributes do not match the schema.");
  await expect(fact("Schema errors")).toContainText("/status of the resource: value must be one of");
  await row("veiw document").click();
  await expect(details).toContainText('knows the action "veiw". Did you mean "view"?');
  await row("view documnet").click();
  await expect(details).toContainText('No policy knows the kind "documnet". Did you mean "document"?');
  await expect(details).toContainText("NO_MATCH: the PDP has no policy for this kind");
  await expect(fact("Components")).toHaveText("Page › Shown › Misspelled");
});

test(
  "a failed check shows its error, and an answer without metadata the option to set",
  NIGHTLY,
  async ({ signedIn: page }) => {
    await page.route("**/authz/**", (route) => route.fulfill({ status: 403, json: { code: 7, message: "not you" } }));
    await page.reload();
    const { details, fact, row } = await openDecisions(page);
    await expect(row("edit document draft")).toContainText("error");
    await row("edit document draft").click();
    await expect(details).toContainText(/[a-z_]+: .*not you/);
    await expect(details).toContainText("There is no decision, so the action is not allowed.");
    await page.unroute("**/authz/**");
    await page.route("**/authz/**", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: withoutMetadata(await response.json()) });
    });
    await details.getByRole("button", { name: "Check again" }).click();
    await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
    await expect(row("edit document draft")).toContainText("allowed");
    await expect(details).toContainText("set metadata: true in the options of your gateway");
    await expect(fact("Matched policy")).toHaveCount(0);
  },
);

test("the component of the selected decision is framed on the page, also after a scroll", async ({
  signedIn: page,
}) => {
  await page.goto("/?many=60");
  const { panel, details, row } = await openDecisions(page);
  await row("edit document draft").click();
  const button = page.getByRole("button", { name: "Edit draft" });
  await expect(marksOn(page)).toHaveText(["Shown › DocumentRow › Can"]);
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await page.evaluate(() => window.scrollBy(0, 30));
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await page.setViewportSize({ width: 500, height: 700 });
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await panel.getByRole("searchbox").fill("delete many-59");
  await row("delete document many-59").click();
  await expect(details).toContainText("many-59");
  await expect(marksOn(page)).toHaveCount(0);
  await details.getByRole("button", { name: "Show on page" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "many-59" })).toBeInViewport();
  await expect(marksOn(page)).toHaveText(["Shown › DocumentRow › Can renders nothing here"]);
});

test(
  "a component is picked on the page without events for the app, and hidden elements are marked",
  NIGHTLY,
  async ({ signedIn: page }) => {
    const { panel, details, grid, rows } = await openDecisions(page);
    const pick = panel.getByRole("button", { name: "Pick on page" });
    const button = page.getByRole("button", { name: "Edit draft" });
    const box = (await button.boundingBox())!;
    const at = [box.x + 5, box.y + 5] as const;
    await pick.click();
    // As a menu that closes on any other click.
    await page.evaluate(() => {
      for (const event of ["pointerdown", "click", "keydown"]) {
        document.addEventListener(event, () => (document.title += ` ${event}`));
      }
    });
    await page.mouse.move(...at);
    await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
    await page.mouse.click(...at);
    await expect(pick).toHaveAttribute("aria-pressed", "false");
    await expect(rows).toHaveCount(1);
    await expect(grid).toBeFocused();
    await expect(details.getByRole("heading")).toHaveText("edit document draft: ✓ allowed");
    await expect(page.getByText("Edited 0 times")).toBeVisible();
    await expect(page).toHaveTitle("Documents");
    await panel.getByRole("button", { name: /^Show all components/ }).click();
    await expect(rows).toHaveCount(10);
    // The app receives pointer events again.
    await page.mouse.click(...at);
    await expect(page.getByText("Edited 1 times")).toBeVisible();
    // The panel stays usable, and a click on a place without a component picks nothing.
    await pick.click();
    await page.getByRole("heading", { name: "kp_ann in" }).click({ force: true });
    await expect(pick).toHaveAttribute("aria-pressed", "true");
    await page.keyboard.press("Escape");
    await expect(pick).toHaveAttribute("aria-pressed", "false");
    await expect(page).not.toHaveTitle(/keydown/);

    await panel.getByRole("searchbox").fill("no such decision");
    const hidden = panel.getByRole("button", { name: "Show hidden elements" });
    await hidden.click();
    await expect(page.locator(".mark.hidden")).toHaveText([
      "delete document draft: denied",
      "edit document locked: denied · delete document locked: denied",
      "edit document other: denied · delete document other: denied",
      "edit document broken: denied · delete document broken: denied",
    ]);
    const place = (await page.locator(".mark.hidden").first().boundingBox())!;
    expect(place.x).toBeGreaterThanOrEqual(box.x + box.width);
    await hidden.click();
    await expect(page.locator(".mark.hidden")).toHaveCount(0);
  },
);

test("a thousand documents render only a few rows, and the keys reach each", async ({ signedIn: page }) => {
  await page.goto("/?many=1000");
  const { panel, grid, details, rows } = await openDecisions(page);
  await expect(panel.getByText("2010 of 2010")).toBeVisible();
  await expect(grid).toHaveAttribute("aria-rowcount", "2011");
  expect(await rows.count()).toBeLessThan(40);
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(grid).toHaveAttribute("aria-activedescendant", (await rows.nth(1).getAttribute("id"))!);
  await page.keyboard.press("End");
  await expect(rows.last()).toHaveAttribute("aria-rowindex", "2011");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await expect(rows.last()).toBeInViewport();
  await expect(rows.last().getByRole("gridcell").last()).toHaveText("1");
  expect(await rows.count()).toBeLessThan(40);
  await page.keyboard.press("Enter");
  await expect(details.getByRole("heading")).toBeFocused();
});

test("after an organization switch, the list has the decisions of the new one", NIGHTLY, async ({ signedIn: page }) => {
  const { details, fact, rows, row } = await openDecisions(page);
  await row("edit document draft").click();
  const before = (await fact("Call id").locator("code").textContent())!;
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("heading", { name: "kp_ann in org_south" }).waitFor();
  await expect(rows).toHaveCount(10);
  await expect(details).toHaveCount(0);
  await row("edit document draft").click();
  await expect(fact("Call id").locator("code")).not.toHaveText(before);
});

test("axe finds nothing, in light and dark, wide and narrow", NIGHTLY, async ({ signedIn: page }) => {
  const { row, panel } = await openDecisions(page);
  await row("edit document locked").click();
  await panel.getByRole("button", { name: "Show hidden elements" }).click();
  await expect(marksOn(page)).toHaveCount(4);
  await inBothLooks(page, expectAccessible);
});

function withoutMetadata(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, part: unknown) => (name === "metadata" || name === "meta" ? undefined : part)),
  );
}
