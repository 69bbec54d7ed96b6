import { type Browser, test as base } from "@playwright/test";
import { launchChromium } from "./chromium.ts";

/** Playwright's test, in the Chromium that was found. */
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
