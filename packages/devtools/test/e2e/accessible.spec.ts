import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { test } from "./app.ts";
import { openTab } from "./tabs.ts";

test("axe finds nothing in the tabs for session, batches and plans, in light and dark, wide and narrow", async ({
  signedIn: page,
}) => {
  await page.goto("/?refused");
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  const check = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };
  for (const [colorScheme, width] of [
    ["light", 1280],
    ["dark", 380],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 800 });
    await openTab(page, "Session");
    await check();
    await openTab(page, "Plans");
    await check();
    const tab = await openTab(page, "Batches");
    await tab.getByRole("button", { name: "8 checks on 4 resources" }).click();
    for (const summary of await tab.locator("summary").all()) await summary.click();
    await check();
  }
});
