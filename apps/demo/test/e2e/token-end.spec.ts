import { expect, type Page } from "@playwright/test";
import { CLIENT_ID } from "../../stack/kinde-config.ts";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Stack } from "./stack.ts";

/** By each way, what is said of a token that is not accepted. */
const WAYS = [
  {
    way: "Through the gateway",
    path: "**/authz/api/check/resources",
    refused: { status: 401, json: { code: 16, message: "The token's signature is wrong. Get a token from Kinde." } },
  },
  {
    way: "Directly to the PDP",
    path: "**/pdp/api/check/resources",
    refused: { status: 400, json: { code: 3, message: "invalid auxData" } },
  },
] as const;

/** Refreshes that Kinde was asked for. */
function watchRefreshes(page: Page): string[] {
  const refreshes: string[] = [];
  page.on("request", (request) => {
    const form = request.postData() ?? "";
    if (request.url().endsWith("/oauth2/token") && form.includes("grant_type=refresh_token")) refreshes.push(form);
  });
  return refreshes;
}

/** Without this, Kinde returns the same token until it ends. */
async function revoke({ kinde }: Stack, token: string): Promise<void> {
  const form = { token, client_id: CLIENT_ID, token_type_hint: "access_token" };
  await fetch(`${kinde.url}/oauth2/revoke`, { method: "POST", body: new URLSearchParams(form) });
}

for (const { way, path, refused } of WAYS) {
  test(
    `a token that is refused is refreshed once, and all is asked once more: ${way}`,
    way === "Through the gateway" ? {} : EACH_CLOCK,
    async ({ workspace, stack, allowedBy }) => {
      const { page } = workspace;
      await workspace.signIn("Mara");
      if (way === "Directly to the PDP") await workspace.askDirectly();
      const before = workspace.requests + workspace.directRequests;
      const refreshes = watchRefreshes(page);
      let dead: { readonly token: string; readonly revoked: Promise<void> } | undefined;
      await page.route(path, async (route) => {
        const { auxData }: { auxData: { jwt: { token: string } } } = route.request().postDataJSON();
        const { token } = auxData.jwt;
        // Whatever token comes first is no longer good, and Kinde knows before the page does.
        dead ??= { token, revoked: revoke(stack, token) };
        if (token !== dead.token) return route.continue();
        await dead.revoked;
        return route.fulfill(refused);
      });
      await page.getByRole("button", { name: "Check all again" }).click();
      await expect.poll(() => workspace.requests + workspace.directRequests).toBe(before + 4);
      await workspace.answered();
      expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
      expect(refreshes).toHaveLength(1);
      await expect(page.getByRole("alert")).toHaveCount(0);
    },
  );

  test(
    `a token that is refused again is expired and denies all, until the user comes back and it is accepted: ${way}`,
    way === "Through the gateway" ? {} : EACH_CLOCK,
    async ({ workspace, allowedBy }) => {
      const { page } = workspace;
      await workspace.signIn("Mara");
      if (way === "Directly to the PDP") await workspace.askDirectly();
      const refreshes = watchRefreshes(page);
      await page.route(path, (route) => route.fulfill(refused));
      await page.getByRole("button", { name: "Check all again" }).click();
      await expect(page.getByRole("alert")).toContainText("session_expired");
      expect(await workspace.offered()).toEqual(new Set());
      // A page with `live` replaces it twice: a refresh that gives the same one, and another after it was revoked.
      await expect.poll(() => refreshes.length).toBe(4);

      await page.unroute(path);
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await expect(page.getByRole("alert")).toHaveCount(0);
      await expect.poll(() => workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
    },
  );
}

test.describe("by a clock that the test moves", () => {
  // From where it is right.
  test.use({ clockAheadMs: 0 });

  test("a token near its end, that Kinde's own timer could not refresh, is refreshed before it is asked with", async ({
    workspace,
    stack,
  }) => {
    const { page } = workspace;
    await page.clock.install();
    await workspace.open();
    const used: string[] = [];
    page.on("request", (request) => {
      if (!request.url().endsWith("/authz/api/check/resources")) return;
      const { auxData }: { auxData: { jwt: { token: string } } } = request.postDataJSON();
      used.push(auxData.jwt.token);
    });
    await workspace.signIn("Mara");
    const [first = ""] = used;
    const refreshes = watchRefreshes(page);
    await page.route("**/oauth2/token", (route) => route.abort("connectionreset"));
    // Tokens live for an hour, and Kinde's timer goes off 10 seconds before that.
    await page.clock.fastForward(3_591_000);
    await expect.poll(() => refreshes.length).toBeGreaterThan(0);
    await workspace.answered();
    // By the issuer's own clock it has not ended.
    await revoke(stack, first);
    await page.unroute("**/oauth2/token");
    const before = { refreshes: refreshes.length, used: used.length };
    await page.getByRole("button", { name: "Check all again" }).click();
    await expect.poll(() => used.length).toBe(before.used + 2);
    expect(refreshes).toHaveLength(before.refreshes + 1);
    const [newer = first] = used.slice(before.used);
    expect(newer).not.toBe(first);
    expect(used.slice(before.used)).toEqual([newer, newer]);
    await workspace.answered();
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});
