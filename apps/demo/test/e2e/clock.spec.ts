// The clock of the user's machine is not Kinde's, and Kinde returns the existing token until that has ended.
import { expect, type Page } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Stack } from "./stack.ts";
import { type Workspace } from "./workspace.ts";

/** From now on tokens live so many seconds. */
async function setLifetime({ kinde }: Stack, seconds: number): Promise<void> {
  const config = structuredClone(kinde.config);
  for (const application of config.applications) application.accessTokenLifetime = seconds;
  await kinde.reload(config);
}

/** Notes whether a page ever shows the way to sign in, or an error. */
async function watchSession({ page }: Workspace): Promise<void> {
  await page.evaluate(() => {
    window.memory = "kept";
    new MutationObserver(() => {
      const wants = [...document.querySelectorAll("button")].some(({ textContent }) =>
        textContent.startsWith("Sign in"),
      );
      if (wants || document.querySelector('[role="alert"], .waiting')) window.memory = document.body.innerText;
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}

/** The access tokens that Kinde gives this page. */
function watchTokens(page: Page): Set<string> {
  const tokens = new Set<string>();
  page.on("response", (response) => {
    if (!response.url().endsWith("/oauth2/token") || !response.ok()) return;
    response.json().then(
      ({ access_token: token }: { access_token: string }) => tokens.add(token),
      () => {},
    );
  });
  return tokens;
}

const CLOCKS = [
  // The token ends by the machine's clock, and by Kinde's a little later.
  { name: "3 s ahead", aheadMs: 3000, lifetime: 14 },
  { name: "25 s ahead", aheadMs: 25_000, lifetime: 30 },
  // By Kinde's clock, the first token outlives the test.
  { name: "5 min ahead", aheadMs: 300_000, lifetime: 306, staysFor: 10_000 },
  { name: "25 s behind", aheadMs: -25_000, lifetime: 14 },
] as const;

test.afterEach(({ stack }) => setLifetime(stack, 3600));

for (const { name, aheadMs, lifetime, ...rest } of CLOCKS) {
  test.describe(name, () => {
    test.use({ clockAheadMs: aheadMs });

    test(
      `a token comes to its end in two tabs, and both go on: the clock is ${name}`,
      EACH_CLOCK,
      async ({ workspace, stack, allowedBy }) => {
        test.setTimeout(90_000);
        await setLifetime(stack, lifetime);
        const tokens = watchTokens(workspace.page);
        await workspace.signIn("Mara");
        const tabs = [workspace, await workspace.anotherTab("Aurora Energy")];
        for (const tab of tabs) await watchSession(tab);
        if ("staysFor" in rest) await workspace.page.waitForTimeout(rest.staysFor);
        else await expect.poll(() => tokens.size, { timeout: 60_000 }).toBeGreaterThan(1);
        for (const tab of tabs) {
          const before = tab.requests;
          await tab.page.getByRole("button", { name: "Check all again" }).click();
          await expect.poll(() => tab.requests).toBeGreaterThanOrEqual(before + 2);
          await tab.answered();
          // A new token may repeat them.
          expect(tab.requests - before).toBeLessThanOrEqual(6);
          expect(await tab.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
          // Neither was signed out for a moment, nor told of an error, nor loaded.
          expect(await tab.page.evaluate(() => window.memory)).toBe("kept");
          expect(tab.crashes).toEqual([]);
        }
      },
    );
  });
}

test.describe("ahead by more than a token lives", () => {
  test.use({ clockAheadMs: 300_000 });

  test("a user who has signed in is told that the clock is wrong, and by how much", async ({ workspace, stack }) => {
    const { page } = workspace;
    await setLifetime(stack, 60);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /Mara/ }).click();
    await expect(page.getByRole("alert")).toContainText("clock_skew");
    await expect(page.getByRole("alert")).toContainText("5 minutes ahead");
    expect(workspace.requests).toBe(0);
  });
});
