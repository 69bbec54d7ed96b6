import { expect } from "@playwright/test";
import { test } from "./app.ts";

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

test("the end of the page can be scrolled into view beside the panel, and the page is as before once it is closed", async ({
  signedIn: page,
}) => {
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
});
