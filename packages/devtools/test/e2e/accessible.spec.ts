import { expect } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import { expectAccessible, inBothLooks } from "./axe.ts";
import { openTab } from "./tabs.ts";

test(
  "axe finds nothing in the tabs for session, batches and plans, in light and dark, wide and narrow",
  NIGHTLY,
  async ({ signedIn: page }) => {
    await page.goto("/?refused");
    await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
    await inBothLooks(page, async () => {
      await openTab(page, "Session");
      await expectAccessible(page);
      await openTab(page, "Plans");
      await expectAccessible(page);
      const tab = await openTab(page, "Batches");
      await tab.getByRole("button", { name: "8 checks on 4 resources" }).click();
      for (const summary of await tab.locator("summary").all()) await summary.click();
      await expectAccessible(page);
    });
  },
);
