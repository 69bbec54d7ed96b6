import { expect } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";

test("the panel opens by its button and by its key, and closes by both", async ({ signedIn: page }) => {
  await page.getByRole("button", { name: "Open kinde-cerbos devtools" }).click();
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  await expect(panel.getByRole("tab", { name: "Decisions" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("F8");
  await expect(panel).toHaveCount(0);
  await page.keyboard.press("F8");
  await expect(panel).toBeVisible();
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
});

test(
  "the end of the page can be scrolled into view beside the panel, and the page is as before once it is closed",
  NIGHTLY,
  async ({ signedIn: page }) => {
    const bottom = (): Promise<number> =>
      page.getByRole("button", { name: "Sign out" }).evaluate((button) => button.getBoundingClientRect().bottom);
    await page.setViewportSize({ width: 900, height: 500 });
    await page.keyboard.press("F8");
    const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
    await expect(panel).toBeVisible();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const top = await panel.evaluate((element) => element.getBoundingClientRect().top);
    expect(await bottom()).toBeLessThanOrEqual(top);
    await panel.getByRole("button", { name: "Dock right" }).click();
    await expect(page.locator("body")).toHaveCSS("padding-bottom", "0px");
    await expect(page.locator("body")).toHaveCSS("padding-right", "480px");
    await page.keyboard.press("F8");
    await expect(page.locator("body")).not.toHaveAttribute("style", /padding/);
  },
);

test("events in the panel reach neither the app's components nor its shortcuts, and a character can open it", async ({
  signedIn: page,
}) => {
  await page.goto("/?inside");
  await expect(page.getByText("Noted: nothing")).toBeVisible();
  // Shown once the hotkey is active, which may be after the page has loaded.
  await page.getByRole("button", { name: "Open kinde-cerbos devtools" }).waitFor();
  await page.keyboard.press("?");
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  await panel.getByRole("searchbox").pressSequentially("ab?");
  await expect(panel.getByRole("searchbox")).toHaveValue("ab?");
  await panel.getByRole("tab", { name: "What if" }).click();
  await panel.getByRole("button", { name: "View as Ann Lee" }).click();
  await expect(page.getByRole("status").getByText("Viewing as Ann Lee")).toBeVisible();
  await expect(page.getByText(/^Noted: \?$/)).toBeVisible();
});

test("an error in the panel does not affect the app, and the panel can be opened again", async ({ signedIn: page }) => {
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  await page.keyboard.press("F8");
  await page.evaluate(() => Object.assign(Date.prototype, { toLocaleTimeString: null }));
  const failed = page.waitForEvent("pageerror");
  await page.getByRole("tab", { name: "Batches" }).click();
  expect((await failed).message).toContain("toLocaleTimeString is not a function");
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  await page.evaluate(() => Object.assign(Date.prototype, { toLocaleTimeString: () => "12:00" }));
  await page.keyboard.press("F8");
  await page.keyboard.press("F8");
  await expect(page.getByRole("region", { name: "kinde-cerbos devtools" })).toBeVisible();
});

test("the page's styles for its own elements do not affect the panel's host", NIGHTLY, async ({ signedIn: page }) => {
  await page.addStyleTag({
    content: "body { display: grid; gap: 40px } body > div { min-height: 50vh; padding: 20px }",
  });
  const before = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.keyboard.press("F8");
  await expect(page.getByRole("grid", { name: "Decisions" })).toBeVisible();
  await page.evaluate(() => (document.body.style.paddingBottom = "0"));
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(before);
});
