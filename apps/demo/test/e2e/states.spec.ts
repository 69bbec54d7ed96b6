// States of the pages that no test of their own leaves them in: axe finds nothing wrong, and nothing is cut off.
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { replaceInEditor } from "./editor.ts";
import { NIGHTLY, test } from "./fixtures.ts";

// Many states, and all of axe, on a machine that may be at work.
test.setTimeout(300_000);
const SOON = { timeout: 30_000 };
const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

/** Expects that nothing is wider than the page, and that axe finds nothing wrong. */
async function expectSound(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await expectAccessible(page);
}

test("every page is sound on a phone, signed in and signed out", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await expectSound(page);
  await page.goto("/own-kinde");
  await expect(page.getByRole("heading", { level: 1, name: "Your own Kinde" })).toBeVisible();
  await expectSound(page);
  await page.goto("/");
  await workspace.signIn("Jonas");
  const links = page.getByRole("navigation", { name: "Pages", includeHidden: true }).locator("a");
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  expect(paths).toHaveLength(8);
  for (const path of [...paths, "/nowhere"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator('.page-wait, .waiting, [data-waiting], [data-answer="pending"]')).toHaveCount(0, SOON);
    await expectSound(page);
  }
});

for (const [name, viewport] of [
  ["wide", WIDE],
  ["on a phone", PHONE],
] as const) {
  test(`the states of Workspace are sound, ${name}`, NIGHTLY, async ({ workspace, stack }) => {
    const { page } = workspace;
    await page.setViewportSize(viewport);
    await workspace.signIn("Mara");
    await workspace.askDirectly();
    await expectSound(page);
    await workspace.askBy("Through the gateway");
    await workspace.cell("aurora-01", "edit").getByRole("button").click();
    await expect(page.getByLabel("Title")).toBeFocused();
    await expectSound(page);
    await page
      .getByLabel("Title")
      .fill("A title that is as long as a title may be without any break".replaceAll(" ", "-"));
    await page.keyboard.press("Enter");
    await expect(workspace.outcome().first()).toBeVisible(SOON);
    await workspace.answered();
    await expectSound(page);

    await stack.pdp.stop();
    try {
      await page.getByRole("button", { name: "Check all again" }).click();
      await expect(page.getByRole("alert")).toContainText("Cerbos is unreachable", SOON);
      await page.getByRole("alert").getByText("For developers").click();
      await expectSound(page);
      // Without any decision or document to show.
      await page.reload();
      await expect(page.getByRole("alert").filter({ hasText: "The documents cannot be listed" })).toBeVisible(SOON);
      await expectSound(page);
    } finally {
      await stack.pdp.restart();
    }
  });

  test(`the states of Policies, Matrix, Attack and Cost are sound, ${name}`, NIGHTLY, async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Tomas");
    // Typed on a wide screen: an editor that breaks its lines has other ends of lines.
    await page.goto("/policies");
    await replaceInEditor(page, 'expr: R.attr.state != "draft"', 'expr: R.attr.state != "draft" && (');
    await expect(page.getByLabel("Problems")).toContainText("Invalid expression", SOON);
    await page.setViewportSize(viewport);
    await expectSound(page);
    await page.setViewportSize(WIDE);
    await page.reload();
    await replaceInEditor(page, 'expr: R.attr.state != "draft"', "expr: true");
    await page.getByRole("button", { name: "Save and apply" }).click();
    await expect(page.getByRole("status")).toHaveText("Applied: Cerbos uses it now", SOON);
    await page.setViewportSize(viewport);
    await page.getByRole("button", { name: "Reset" }).click();
    await expect(page.getByRole("button", { name: "Discard" })).toBeVisible();
    await expectSound(page);
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page.getByRole("button", { name: "Discard" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: /^Reset/ })).toHaveCount(0, SOON);

    await page.goto("/matrix?show=nobody");
    await expect(page.getByRole("status")).toHaveText(/^0 of 0/, SOON);
    await expectSound(page);
    await page.route("**/playground/api/matrix", (route) => route.fulfill({ status: 503, json: {} }));
    await page.goto("/matrix");
    await expect(page.getByRole("alert")).toBeVisible(SOON);
    await expectSound(page);

    await page.goto("/attack?lie=expired");
    await page.getByRole("button", { name: /^Send all/ }).click();
    await expect(page.locator(".attack-summary")).toHaveText(/at the API\.$/, SOON);
    await expectSound(page);

    await page.goto("/cost?checks=10");
    await page.getByRole("button", { name: "Run both" }).click();
    await expect(page.getByText(/^In this run/)).toBeVisible(SOON);
    await page.locator('[data-run="single"]').getByText("As a table").click();
    await expectSound(page);
  });

  test(`the states of People and the doctor are sound, ${name}`, NIGHTLY, async ({ workspace, stack }) => {
    const { page } = workspace;
    await page.setViewportSize(viewport);
    await workspace.signIn("Mara");
    await page.goto("/people?person=kp_tomas");
    try {
      const days = page.getByLabel("Review window days").last();
      await days.fill("1.5");
      await days.blur();
      await expect(page.getByRole("alert")).toContainText("Nothing was changed", SOON);
      await expectSound(page);
    } finally {
      await fetch(`${stack.kinde.url}/local/reset`, { method: "POST" });
    }
    await stack.pdp.stop();
    try {
      await page.goto("/own-kinde?findings=all");
      await page.getByRole("button", { name: "Run the doctor" }).click();
      await expect(page.locator(".findings li").first()).toContainText("No PDP answers", SOON);
      await expectSound(page);
    } finally {
      await stack.pdp.restart();
    }
  });
}
