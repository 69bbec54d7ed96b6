import { expect, type Locator, type Page } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import { expectAccessible, inBothLooks } from "./axe.ts";
import { openTab } from "./tabs.ts";

const edit = (page: Page, id: string): Locator => page.getByRole("button", { name: `Edit ${id}`, exact: true });
const banner = (page: Page): Locator => page.getByRole("status");

/** Opens the tab. By then, the page has all of its decisions. */
async function openWhatIf(page: Page): Promise<Locator> {
  await expect(edit(page, "draft")).toBeVisible();
  await expect(page.getByText("denied denied")).toBeVisible();
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  return openTab(page, "What if");
}

const override = (tab: Locator, what: string, outcome: string): Locator =>
  tab.getByRole("group", { name: `Override ${what}` }).getByRole("button", { name: outcome, exact: true });

/** Counts requests to the PDP from this call on. */
function countRequests(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/authz")) count += 1;
  });
  return () => count;
}

/** Records each document whose row changes on the page from this call on. */
async function watchRows(page: Page): Promise<string[]> {
  const changed: string[] = [];
  await page.exposeFunction("changedIn", (text: string) => void changed.push(text));
  await page.evaluate(() => {
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const row = (target instanceof Element ? target : target.parentElement)?.closest("li");
        Reflect.get(window, "changedIn")(row?.firstChild?.textContent ?? "no row");
      }
    });
    const main = document.querySelector("main");
    if (main) observer.observe(main, { childList: true, subtree: true, characterData: true });
  });
  return changed;
}

test("an override changes one decision, sends nothing, and leaves the others alone", async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  const count = countRequests(page);
  const changed = await watchRows(page);
  await override(tab, "“edit” on document locked", "Allow").click();
  await expect(edit(page, "locked")).toBeVisible();
  await override(tab, "“edit” on document draft", "Deny").click();
  await expect(edit(page, "draft")).toHaveCount(0);
  await override(tab, "“edit” on document locked", "Real").click();
  await expect(edit(page, "locked")).toHaveCount(0);
  await override(tab, "“edit” on document draft", "Pending").click();
  await override(tab, "“edit” on document draft", "Error").click();
  await expect(override(tab, "“edit” on document draft", "Error")).toHaveAttribute("aria-pressed", "true");
  await tab.getByRole("button", { name: "Undo everything" }).click();
  await expect(edit(page, "draft")).toBeVisible();
  await expect(banner(page)).toBeEmpty();
  expect(count()).toBe(0);
  expect([...new Set(changed)].toSorted()).toEqual(["draft", "locked"]);
});

test("an event handler gets overridden decisions", NIGHTLY, async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText("Answer: false")).toBeVisible();
  await override(tab, "“edit” on document locked", "Allow").click();
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText("Answer: true")).toBeVisible();
  await override(tab, "“edit” on document locked", "Error").click();
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(page.getByText("Answer: AuthzError: The devtools simulate that Cerbos refuses")).toBeVisible();
});

test("all checks and plans can be pending, denied, failing, slow, or without a PDP, and undo sends nothing", async ({
  signedIn: page,
}) => {
  const tab = await openWhatIf(page);
  const count = countRequests(page);
  const states = page.locator("main > p").first();
  const choose = async (name: string): Promise<void> => tab.getByRole("radio", { name, exact: true }).check();
  await choose("Pending");
  await expect(states).toHaveText("pending pending");
  await expect(edit(page, "draft")).toHaveCount(0);
  await expect(page.getByText("Plan: CONDITIONAL")).toHaveCount(0);
  await choose("Denied");
  await expect(states).toHaveText("denied denied");
  await expect(page.getByText("Plan: ALWAYS_DENIED")).toBeVisible();
  await choose("Error");
  await expect(states).toHaveText("error error");
  await choose("PDP down");
  await expect(banner(page)).toContainText("All checks fail as if Cerbos were down.");
  await expect(states).toHaveText("error error");
  await override(tab, "“edit” on document draft", "Allow").click();
  await expect(edit(page, "draft")).toBeVisible();
  await banner(page).getByRole("button", { name: "Undo" }).click();
  await expect(states).toHaveText("denied denied");
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  await expect(edit(page, "draft")).toBeVisible();
  expect(count()).toBe(0);
});

test("a slow PDP answers later, with as few requests", NIGHTLY, async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  const count = countRequests(page);
  await tab.getByRole("spinbutton", { name: "Delay in ms" }).fill("5000");
  await tab.getByRole("radio", { name: "Slow" }).check();
  await expect(banner(page)).toContainText("All checks take 5000 ms longer.");
  await expect(edit(page, "draft")).toHaveCount(0);
  expect(count()).toBe(0);
  await expect(edit(page, "draft")).toBeVisible();
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  // One batch of checks and one plan.
  expect(count()).toBe(2);
  await tab.getByRole("radio", { name: "Real decisions" }).check();
  await expect(banner(page)).toBeEmpty();
  await expect(edit(page, "draft")).toBeVisible();
  expect(count()).toBe(2);
});

test("a banner describes the simulation, also while the panel is closed, and ends it", async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  await expect(banner(page)).toBeEmpty();
  await override(tab, "“edit” on document locked", "Allow").click();
  await page.keyboard.press("F8");
  await expect(page.getByRole("region", { name: "kinde-cerbos devtools" })).toHaveCount(0);
  await expect(banner(page)).toContainText("“edit” on document locked is allowed.");
  await expect(banner(page)).toContainText("Simulated in this browser only. Your API is not affected.");
  await banner(page).getByRole("button", { name: "Undo" }).click();
  await expect(banner(page)).toBeEmpty();
  await expect(edit(page, "locked")).toHaveCount(0);
});

test("a reload ends the simulation", NIGHTLY, async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  await override(tab, "“edit” on document locked", "Allow").click();
  await expect(banner(page)).toContainText("is allowed");
  await page.reload();
  await expect(edit(page, "draft")).toBeVisible();
  await expect(edit(page, "locked")).toHaveCount(0);
  await expect(banner(page)).toHaveCount(0);
});

test(
  "an override stays when the organization is switched, and the real decisions are there on undo",
  NIGHTLY,
  async ({ signedIn: page }) => {
    const tab = await openWhatIf(page);
    await override(tab, "“edit” on document locked", "Allow").click();
    await page.getByRole("button", { name: "Switch" }).click();
    await page.getByRole("heading", { name: "kp_ann in org_south" }).waitFor();
    await expect(edit(page, "locked")).toBeVisible();
    await banner(page).getByRole("button", { name: "Undo" }).click();
    await expect(edit(page, "draft")).toBeVisible();
    await expect(edit(page, "locked")).toHaveCount(0);
  },
);

test("the plugin of TanStack Devtools has the banner, also once it is closed", NIGHTLY, async ({ signedIn: page }) => {
  await page.goto("/?plugin");
  await expect(edit(page, "draft")).toBeVisible();
  await page.getByRole("button", { name: /tanstack devtools/i }).click();
  await page.getByText("Permissions", { exact: true }).click();
  await page.getByRole("tab", { name: "What if" }).click();
  await override(page.getByRole("tabpanel", { name: "What if" }), "“edit” on document locked", "Allow").click();
  await expect(banner(page)).toContainText("is allowed");
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-open]")).toHaveAttribute("data-open", "false");
  await expect(banner(page).locator("strong")).toBeInViewport();
  await banner(page).getByRole("button", { name: "Undo" }).click();
  await expect(edit(page, "locked")).toHaveCount(0);
});

test("with 2,000 decisions, the list shows some of them, and finds each", NIGHTLY, async ({ signedIn: page }) => {
  test.slow();
  await page.goto("/?many=1000");
  await expect(edit(page, "many-999")).toBeVisible();
  const tab = await openTab(page, "What if");
  await expect(tab.getByRole("listitem")).toHaveCount(50);
  await tab.getByRole("button", { name: "Show more of 2010 decisions" }).click();
  await expect(tab.getByRole("listitem")).toHaveCount(100);
  await tab.getByRole("searchbox", { name: "Filter" }).fill("many-777 edit");
  const count = countRequests(page);
  await override(tab, "“edit” on document many-777", "Deny").click();
  await expect(edit(page, "many-777")).toHaveCount(0);
  await tab.getByRole("radio", { name: "Denied" }).check();
  await expect(edit(page, "many-1")).toHaveCount(0);
  await tab.getByRole("radio", { name: "Real decisions" }).check();
  await expect(edit(page, "many-1")).toBeVisible();
  await tab.getByRole("button", { name: "Undo everything" }).click();
  await expect(edit(page, "many-777")).toBeVisible();
  expect(count()).toBe(0);
});

test(
  "axe finds nothing in the tab and the banner, in light and dark, wide and narrow",
  NIGHTLY,
  async ({ signedIn: page }) => {
    const tab = await openWhatIf(page);
    await expect(tab.getByLabel("Person")).toBeVisible();
    await tab.getByRole("radio", { name: "PDP down" }).check();
    await override(tab, "“edit” on document draft", "Allow").click();
    await expect(banner(page)).toContainText("All other checks fail as if Cerbos were down.");
    await inBothLooks(page, expectAccessible);
  },
);
