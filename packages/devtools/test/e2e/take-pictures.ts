// Takes the pictures for docs/guides/devtools.md: `pnpm --filter @kinde-cerbos/devtools picture`.
import { fileURLToPath } from "node:url";
import { type Page } from "@playwright/test";
import { test } from "./app.ts";

test.use({ viewport: { width: 1180, height: 720 }, deviceScaleFactor: 1.5 });

/** Opens a tab of the panel and the state that the picture shows. */
const SHOW: { readonly [name: string]: (page: Page) => Promise<unknown> } = {
  session: async (page) => page.getByRole("tab", { name: "Session" }).click(),
  decisions: async (page) => {
    await page.getByRole("tab", { name: "Decisions" }).click();
    await page.getByRole("row", { name: /denied edit document locked/ }).click();
    await page.getByRole("button", { name: "Show hidden elements" }).click();
  },
  batches: async (page) => {
    await page.getByRole("tab", { name: "Batches" }).click();
    await page
      .getByRole("button", { name: /checks on/ })
      .first()
      .click();
  },
  "what-if": async (page) => {
    await page.getByRole("tab", { name: "What if" }).click();
    await page.getByRole("radio", { name: "Denied" }).click();
  },
  plans: async (page) => page.getByRole("tab", { name: "Plans" }).click(),
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, show] of Object.entries(SHOW)) {
    test(`${name}, ${colorScheme}`, async ({ signedIn: page }) => {
      await page.emulateMedia({ colorScheme });
      await page.keyboard.press("F8");
      await show(page);
      // For fonts and transitions.
      await page.waitForTimeout(400);
      const file = `devtools-${name}${colorScheme === "dark" ? "-dark" : ""}.png`;
      // These two pictures include the page.
      const part = name === "decisions" || name === "what-if" ? page : page.getByRole("region", { name: /devtools/ });
      await part.screenshot({ path: fileURLToPath(new URL(`../../../../docs/public/${file}`, import.meta.url)) });
    });
  }
}
