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
