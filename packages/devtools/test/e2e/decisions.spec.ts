import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";
import { test } from "./app.ts";

/** What a user sees of the tab. */
interface Tab {
  readonly panel: Locator;
  readonly grid: Locator;
  readonly details: Locator;
  /** The rows that are in the document, without the header. */
  readonly rows: Locator;
  readonly row: (name: string) => Locator;
}

async function openTab(page: Page): Promise<Tab> {
  await page.getByRole("heading", { name: "kp_ann in" }).waitFor();
  await page.keyboard.press("F8");
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  const grid = panel.getByRole("grid", { name: "Decisions" });
  await expect(grid).toBeVisible();
  return {
    panel,
    grid,
    details: panel.getByRole("region", { name: /^(view|veiw|edit|delete) / }),
    rows: grid.locator("tr[aria-selected]"),
    row: (name) => grid.getByRole("row", { name }),
  };
}

/** The frames on the page. */
function marksOn(page: Page): Locator {
  return page.locator(".mark");
}

/** Whether a frame is around an element, give or take the width of its line. */
async function isAround(frame: Locator, element: Locator): Promise<boolean> {
  const [outer, inner] = [await frame.boundingBox(), await element.boundingBox()];
  if (!outer || !inner) return false;
  return (["x", "y", "width", "height"] as const).every((side) => Math.abs(outer[side] - inner[side]) <= 1);
}

test("each decision on the page is a row, with what it says and how many components use it", async ({
  signedIn: page,
}) => {
  const { rows, row } = await openTab(page);
  await expect(rows).toHaveCount(10);
  await expect(row("edit document draft").getByRole("gridcell")).toHaveText([
    "✓ allowed",
    "edit",
    "document",
    "draft",
    /^\d+ s$/,
    "–",
    "–",
    "1",
  ]);
  await expect(row("delete document draft")).toContainText("denied");
});

test("the list is filtered by kind, action, state and text, and shows what has left the page on demand", async ({
  signedIn: page,
}) => {
  const { panel, rows, row } = await openTab(page);
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
  // The tab keeps what was chosen.
  await panel.getByRole("tab", { name: "Plans" }).click();
  await panel.getByRole("tab", { name: "Decisions" }).click();
  await expect(rows).toHaveCount(1);
});

test("a decision that no component shows any more is listed only on demand", async ({ signedIn: page }) => {
  const { panel, rows, row } = await openTab(page);
  await expect(rows).toHaveCount(10);
  await page.getByRole("button", { name: "Remove draft" }).click();
  // The misspelled action on the same document is still there.
  await expect(row("edit document draft")).toHaveCount(0);
  await expect(rows).toHaveCount(8);
  await panel.getByRole("checkbox", { name: "On screen only" }).uncheck();
  await expect(rows).toHaveCount(10);
  await expect(row("edit document draft").getByRole("gridcell").last()).toHaveText("0");
});

test("the details say which policy denied, and all that is known", async ({ signedIn: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { details, row } = await openTab(page);
  await row("edit document locked").click();
  await expect(details).toContainText("The policy says: the document is locked");
  await expect(details).toContainText("The policy resource.document.vdefault denies it");
  const fact = (name: string): Locator => details.locator(`dt:text-is("${name}") + dd`);
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
});

test("a wrong kind, a wrong action and a wrong attribute are named", async ({ signedIn: page }) => {
  const { details, row } = await openTab(page);
  await row("view documnet").click();
  await expect(details).toContainText('No policy knows the kind "documnet". Did you mean "document"?');
  await expect(details).toContainText("NO_MATCH: the PDP has no policy for this kind");
  await row("veiw document").click();
  await expect(details).toContainText('knows the action "veiw". Did you mean "view"?');
  await row("edit document broken").click();
  await expect(details).toContainText("Attributes do not fit the schema of the kind.");
  await expect(details).toContainText("/status of the resource: value must be one of");
});

test("an answer that a gateway gave without metadata says what to switch on", async ({ signedIn: page }) => {
  await page.route("**/authz/**", async (route) => {
    const answer = await route.fetch();
    const body: unknown = await answer.json();
    await route.fulfill({ response: answer, json: withoutMetadata(body) });
  });
  await page.reload();
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  const { details, row } = await openTab(page);
  await row("delete document draft").click();
  await expect(details).toContainText("Set `metadata: true` in the options of your gateway");
  await expect(details.getByText("Matched policy")).toHaveCount(0);
});

test("a failed check shows its code and its message, and can be sent again", async ({ signedIn: page }) => {
  await page.route("**/authz/**", (route) => route.fulfill({ status: 403, json: { code: 7, message: "not you" } }));
  await page.reload();
  await page.getByRole("heading", { name: "kp_ann in org_north" }).waitFor();
  const { details, row } = await openTab(page);
  await expect(row("edit document draft")).toContainText("error");
  await row("edit document draft").click();
  await expect(details).toContainText(/[a-z_]+: .*not you/);
  await expect(details).toContainText("There is no decision, so it is not allowed.");
  await page.unroute("**/authz/**");
  await details.getByRole("button", { name: "Check again" }).click();
  await expect(row("edit document draft")).toContainText("allowed");
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
});

test("the arrow keys move the selection, and Enter goes to the details", async ({ signedIn: page }) => {
  const { grid, details, rows } = await openTab(page);
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(0)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(grid).toHaveAttribute("aria-activedescendant", (await rows.nth(1).getAttribute("id"))!);
  await page.keyboard.press("End");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(details.getByRole("heading")).toBeFocused();
});

test("the component of the selected decision is framed on the page, also after a scroll", async ({
  signedIn: page,
}) => {
  await page.goto("/?many=60");
  const { panel, details, row } = await openTab(page);
  await row("edit document draft").click();
  const button = page.getByRole("button", { name: "Edit draft" });
  await expect(marksOn(page)).toHaveText(["Shown › DocumentRow › Can"]);
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await page.evaluate(() => window.scrollBy(0, 30));
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await panel.getByRole("searchbox").fill("delete many-59");
  await row("delete document many-59").click();
  await expect(details).toContainText("many-59");
  await expect(marksOn(page)).toHaveCount(0);
  await details.getByRole("button", { name: "Show on page" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "many-59" })).toBeInViewport();
  await expect(marksOn(page)).toHaveText(["Shown › DocumentRow › Can shows nothing here"]);
});

test("an element that is picked on the page selects its decisions, and the app does not notice", async ({
  signedIn: page,
}) => {
  const { panel, details, rows } = await openTab(page);
  const pick = panel.getByRole("button", { name: "Pick on page" });
  const button = page.getByRole("button", { name: "Edit draft" });
  const box = (await button.boundingBox())!;
  const at = [box.x + 5, box.y + 5] as const;
  await pick.click();
  await page.mouse.move(...at);
  await expect.poll(() => isAround(marksOn(page), button)).toBe(true);
  await page.mouse.click(...at);
  await expect(pick).toHaveAttribute("aria-pressed", "false");
  await expect(rows).toHaveCount(1);
  await expect(details.getByRole("heading")).toHaveText("edit document draft: ✓ allowed");
  await expect(page.getByText("Edited 0 times")).toBeVisible();
  await panel.getByRole("button", { name: /^Show all components/ }).click();
  await expect(rows).toHaveCount(10);
  // The app gets the pointer back.
  await page.mouse.click(...at);
  await expect(page.getByText("Edited 1 times")).toBeVisible();
  await pick.click();
  await page.keyboard.press("Escape");
  await expect(pick).toHaveAttribute("aria-pressed", "false");
});

test("what <Can> hides is shown on demand, with its check and the answer", async ({ signedIn: page }) => {
  const { panel } = await openTab(page);
  await panel.getByRole("button", { name: "Show what is hidden" }).click();
  await expect(marksOn(page)).toHaveText([
    "delete document draft: denied",
    "edit document locked: denied · delete document locked: denied",
    "edit document other: denied · delete document other: denied",
    "edit document broken: denied · delete document broken: denied",
  ]);
  const place = (await marksOn(page).first().boundingBox())!;
  const before = (await page.getByRole("button", { name: "Edit draft" }).boundingBox())!;
  expect(place.x).toBeGreaterThanOrEqual(before.x + before.width);
  await panel.getByRole("button", { name: "Show what is hidden" }).click();
  await expect(marksOn(page)).toHaveCount(0);
});

test("a thousand documents are a few rows in the document, and each is reached", async ({ signedIn: page }) => {
  await page.goto("/?many=1000");
  const { grid, rows, panel } = await openTab(page);
  await expect(panel.getByText("2010 of 2010")).toBeVisible();
  await expect(grid).toHaveAttribute("aria-rowcount", "2011");
  expect(await rows.count()).toBeLessThan(40);
  await grid.focus();
  await page.keyboard.press("End");
  await expect(rows.last()).toHaveAttribute("aria-rowindex", "2011");
  await expect(rows.last()).toHaveAttribute("aria-selected", "true");
  await expect(rows.last()).toBeInViewport();
  await expect(rows.last().getByRole("gridcell").last()).toHaveText("1");
  expect(await rows.count()).toBeLessThan(40);
});

test("after an organization switch, the rows are those of the new one", async ({ signedIn: page }) => {
  const { details, rows, row } = await openTab(page);
  await row("edit document draft").click();
  await expect(details).toBeVisible();
  const before = await details.locator('dt:text-is("Call id") + dd code').textContent();
  await page.getByRole("button", { name: "Switch" }).click();
  await page.getByRole("heading", { name: "kp_ann in org_south" }).waitFor();
  await expect(rows).toHaveCount(10);
  await expect(details).toHaveCount(0);
  await row("edit document draft").click();
  await expect(details.locator('dt:text-is("Call id") + dd code')).not.toHaveText(before!);
});

test.describe("axe finds nothing", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`in ${colorScheme} colors`, async ({ signedIn: page }) => {
      await page.emulateMedia({ colorScheme });
      const { row, panel } = await openTab(page);
      await row("edit document locked").click();
      await panel.getByRole("button", { name: "Show what is hidden" }).click();
      await expect(marksOn(page)).toHaveCount(4);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations).toEqual([]);
    });
  }
});

function withoutMetadata(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, part: unknown) => (name === "metadata" || name === "meta" ? undefined : part)),
  );
}
