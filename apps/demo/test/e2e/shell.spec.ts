// What is around every page: navigation, theme, focus, names, and what an address keeps.
import { setTimeout } from "node:timers/promises";
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, NIGHTLY, test } from "./fixtures.ts";

/** What has moved, as browsers report it. */
interface LayoutShift {
  readonly node?: Node;
  readonly previousRect: DOMRectReadOnly;
  readonly currentRect: DOMRectReadOnly;
}

const PHONE = { width: 360, height: 740 };

test("the first page says what this is, and axe finds nothing wrong with it", async ({ workspace }) => {
  const { page } = workspace;
  await expect(page).toHaveTitle("Sign in · kinde-cerbos playground");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who may do what, and why");
  await expectAccessible(page);
});

test(
  "an address of no page says so; the page that is navigated to gets the focus, a title and a description",
  EACH_CLOCK,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.goto("/nowhere");
    await expect(page).toHaveTitle("Page not found · kinde-cerbos playground");
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the workspace" }).click();
    await expect(page).toHaveTitle("Workspace · kinde-cerbos playground");
    await expect(page.getByRole("heading", { level: 1, name: "Workspace" })).toBeFocused();
    await expect(page.locator('meta[name="description"]')).toHaveAttribute("content", /Your organization.s documents/);
    await expect(page.getByRole("link", { name: "Workspace" })).toHaveAttribute("aria-current", "page");
    await workspace.answered();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Page not found" })).toBeFocused();
  },
);

test("an address is the same view for somebody who signs in first", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await page.goto("/?state=draft");
  await workspace.signIn("Jonas");
  await expect(page.getByRole("button", { name: "Drafts" })).toHaveAttribute("aria-pressed", "true");
  expect(new URL(page.url()).search).toBe("?state=draft");
  await workspace.answered();
  const drafts = (await workspace.listed()).length;
  await page.getByRole("button", { name: "All", exact: true }).click();
  expect(new URL(page.url()).search).toBe("");
  await workspace.answered();
  expect(drafts).toBeLessThan((await workspace.listed()).length);
  expect(await workspace.offered()).toEqual(await allowedBy("kp_jonas", "org_aurora"));
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

test("a theme is kept over a reload, and is there before the first paint", async ({ workspace }) => {
  const { page } = workspace;
  await page.emulateMedia({ colorScheme: "light" });
  await workspace.signIn("Jonas");
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByTitle("Dark").click();
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  expect(await ground()).not.toBe(light);
  // Held, the app's own script cannot have a part in it.
  await page.route("**/*.js", () => {});
  await page.reload({ waitUntil: "commit" });
  await expect.poll(ground).not.toBe(light);
  await page.unroute("**/*.js");
  await page.reload();
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await page.getByTitle("System").click();
  expect(await ground()).toBe(light);
});

test(
  "on a phone, the navigation is in a menu, nothing is cut off, and axe finds nothing wrong",
  EACH_CLOCK,
  async ({ workspace }) => {
    // Axe takes its time where others need the processor, too.
    test.setTimeout(120_000);
    const { page } = workspace;
    await page.setViewportSize(PHONE);
    await workspace.signIn("Jonas");
    const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(await isWider()).toBe(false);
    await expectAccessible(page);
    await expect(workspace.organization("Borealis Health")).toBeHidden();
    await page.getByRole("button", { name: "Menu" }).click();
    await expect(page.getByRole("button", { name: "Menu" })).toHaveAttribute("aria-expanded", "true");
    expect(await isWider()).toBe(false);
    await expectAccessible(page);
    await workspace.organization("Borealis Health").click();
    await workspace.seesOrganization("Borealis Health");
    await page.keyboard.press("Escape");
    await expect(workspace.organization("Borealis Health")).toBeHidden();
  },
);

for (const [width, viewport] of [
  ["on a wide screen", { width: 1280, height: 900 }],
  ["on a phone", PHONE],
] as const) {
  test(`nothing moves when a page and its decisions arrive, ${width}`, NIGHTLY, async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await workspace.answered();
    const links = await page.getByRole("navigation", { name: "Pages" }).getByRole("link").all();
    const paths = await Promise.all(links.map((link) => link.getAttribute("href")));
    expect(paths).toHaveLength(8);
    await page.setViewportSize(viewport);
    // A slow network: what would move has the time to be seen where it was.
    await page.route(/\/(?:authz|playground|api|local)\//, async (route) => {
      await setTimeout(200);
      await route.continue().catch(() => {});
    });
    await page.addInitScript(() => {
      const shifts: string[] = (window.shifts = []);
      new PerformanceObserver((list) => {
        for (const { sources = [] } of list.getEntries() as (PerformanceEntry & { sources?: LayoutShift[] })[]) {
          shifts.push(
            ...sources.map(({ node, previousRect: { x, y }, currentRect }) => {
              const { outerHTML = "gone" } = node?.parentElement ?? {};
              return `${outerHTML.slice(0, 80)}: from ${x}, ${y} to ${currentRect.x}, ${currentRect.y}`;
            }),
          );
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const path of paths) {
      await page.goto(path ?? "");
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator('.page-wait, .waiting, [data-waiting], [data-answer="pending"]')).toHaveCount(0);
      await workspace.paints(30);
      expect.soft(await page.evaluate(() => window.shifts), path ?? "").toEqual([]);
    }
  });
}

test("a sign-in that was not finished is forgotten by the next one", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await page.goto("/cost");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: /Jonas/ })).toBeVisible();
  await page.goto("/");
  await workspace.signIn("Jonas");
  expect(new URL(page.url()).pathname).toBe("/");
});

test("an address that names another site is no place to come back to", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  const { origin } = new URL(page.url());
  await page.goto(`${origin}//example.com/`);
  await workspace.signIn("Jonas");
  await expect(page.getByRole("heading", { level: 1, name: "Workspace" })).toBeVisible();
});

test("Escape closes the menu of a phone, and the focus is on its button again", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await workspace.signIn("Jonas");
  const menu = page.getByRole("button", { name: "Menu" });
  await menu.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await expect(menu).toHaveAttribute("aria-expanded", "false");
  await expect(menu).toBeFocused();
});
