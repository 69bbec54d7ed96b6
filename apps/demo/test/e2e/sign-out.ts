import { type Page } from "@playwright/test";

/** Signs out, and waits until Kinde has sent the page back: it says that nobody is signed in before it leaves. */
export async function signOut(page: Page): Promise<void> {
  const back = page.waitForEvent("load");
  await page.getByRole("button", { name: "Sign out" }).click();
  await back;
}
