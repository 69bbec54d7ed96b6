import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`the tab and the banner have no fault that axe knows: ${colorScheme}`, async ({ signedIn: page }) => {
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
    await page.keyboard.press("F8");
    await page.getByRole("tab", { name: "What if" }).click();
    const tab = page.getByRole("tabpanel", { name: "What if" });
    await expect(tab.getByLabel("Person")).toBeVisible();
    await tab.getByRole("radio", { name: "PDP down" }).check();
    await tab.getByRole("group", { name: "Override “edit” on document draft" }).getByText("Allow").click();
    await expect(page.getByRole("status")).toContainText("All other checks fail as if Cerbos was down.");
    await expect(tab.getByText("error").first()).toBeVisible();
    // The app itself is none of our affair.
    const { violations } = await new AxeBuilder({ page }).exclude("#root").analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    for (const [name, size, dock] of SHOTS) {
      await page.setViewportSize(size);
      if (dock) await page.getByRole("button", { name: dock }).click();
      if (name !== "bottom") await tab.evaluate((element) => element.scrollTo(0, 0));
      await page.screenshot({ path: `/tmp/shots/dev-whatif/${name}-${colorScheme}.png` });
    }
  });
}

const SHOTS: readonly [string, { width: number; height: number }, string?][] = [
  ["bottom", { width: 1280, height: 800 }],
  ["right", { width: 1280, height: 800 }, "Dock right"],
  ["narrow", { width: 380, height: 800 }, "Dock bottom"],
];
