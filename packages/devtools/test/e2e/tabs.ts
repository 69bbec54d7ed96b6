import { type Locator, type Page } from "@playwright/test";

/** Opens the panel if it is closed, and one of its tabs. */
export async function openTab(page: Page, name: string): Promise<Locator> {
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  const opener = page.getByRole("button", { name: "Open kinde-cerbos devtools" });
  await panel.or(opener).waitFor();
  if (await opener.isVisible()) await opener.click();
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
