import { launchChromium } from "@kinde-cerbos/chromium";
import { type Browser, test as base } from "@playwright/test";

/** Playwright's test, in the Chromium that there is. */
export const test = base.extend<object, { browser: Browser }>({
  browser: [
    async ({}, provide) => {
      const running = await launchChromium();
      await provide(running.browser);
      await running.close();
    },
    { scope: "worker" },
  ],
});
