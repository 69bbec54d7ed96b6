import { type Page } from "@playwright/test";

/** Replaces a text in the editor of the policies, as somebody who types it. */
export async function replaceInEditor(page: Page, from: string, to: string): Promise<void> {
  const line = page.locator(".cm-line", { hasText: from }).first();
  await line.click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText((await line.innerText()).trimStart().replace(from, to));
}
