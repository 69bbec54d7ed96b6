import { type Locator, type Page } from "@playwright/test";

/** Opens the panel if it is closed, and one of its tabs. */
export async function openTab(page: Page, name: string): Promise<Locator> {
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  if (!(await panel.isVisible())) await page.keyboard.press("F8");
  await panel.getByRole("tab", { name }).click();
  return panel.getByRole("tabpanel", { name });
}

/** Returns all texts of the panel, including those to copy. */
export async function contentOf(page: Page): Promise<string> {
  return page.getByRole("region", { name: "kinde-cerbos devtools" }).evaluate((panel) => {
    const areas = [...panel.querySelectorAll("textarea")].map(({ value }) => value);
    return [panel.outerHTML, ...areas].join("\n");
  });
}
