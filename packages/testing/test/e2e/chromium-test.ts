import { test as base } from "@kinde-cerbos/testing/playwright";
import { type Browser } from "@playwright/test";
import { launchChromium } from "../../../../apps/demo/test/e2e/chromium.ts";

/** The kit's test, in the Chromium that there is. */
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
