import { expect, type Page } from "@playwright/test";

import { test } from "./fixtures.ts";

/** By each way, what is said of a token that is not accepted. */
const WAYS = [
  {
    way: "Through the gateway",
    path: "**/authz/api/check/resources",
    refused: { status: 401, json: { code: 16, message: "The token's signature is wrong. Get a token from Kinde." } },
  },
  {
    way: "Directly at the PDP",
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

for (const { way, path, refused } of WAYS) {
  test(`a token that is refused is refreshed once, and all is asked once more: ${way}`, async ({ workspace, allowedBy }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await workspace.askBy(way);
    await workspace.answered();
    const before = workspace.requests + workspace.directRequests;
    const refreshes = watchRefreshes(page);
    const dead = new Set<string>();
    await page.route(path, async (route) => {
      const { auxData }: { auxData: { jwt: { token: string } } } = route.request().postDataJSON();
      // Whatever token comes first is no longer good.
      if (dead.size === 0) dead.add(auxData.jwt.token);
      await (dead.has(auxData.jwt.token) ? route.fulfill(refused) : route.continue());
    });
    await page.getByRole("button", { name: "Ask all again" }).click();
    await expect.poll(() => workspace.requests + workspace.directRequests).toBe(before + 4);
    await workspace.answered();
    expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
    expect(refreshes).toHaveLength(1);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });

  test(`a token that is refused again is expired and denies all, until there is another one: ${way}`, async ({ workspace, allowedBy }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await workspace.askBy(way);
    await workspace.answered();
    const refreshes = watchRefreshes(page);
    await page.route(path, (route) => route.fulfill(refused));
    await page.getByRole("button", { name: "Ask all again" }).click();
    await expect(page.getByRole("alert")).toContainText("session_expired");
    expect(await workspace.offered()).toEqual(new Set());
    expect(refreshes).toHaveLength(1);

    await page.unroute(path);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await expect(page.getByRole("alert")).toHaveCount(0);
    await workspace.answered();
    expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
  });
}

test("a token near its end, that Kinde's own timer could not refresh, is refreshed before it is asked with", async ({
  workspace,
}) => {
  const { page } = workspace;
  await page.clock.install();
  await workspace.open();
  await workspace.signIn("Mara");
  const refreshes = watchRefreshes(page);
  await page.route("**/oauth2/token", (route) => route.abort("connectionreset"));
  // Tokens live for an hour, and Kinde's timer goes off 10 seconds before that.
  await page.clock.fastForward(3_591_000);
  await expect.poll(() => refreshes.length).toBe(1);
  await page.unroute("**/oauth2/token");
  const before = workspace.requests;
  await page.getByRole("button", { name: "Ask all again" }).click();
  await expect.poll(() => refreshes.length).toBe(2);
  await expect.poll(() => workspace.requests).toBe(before + 2);
  await workspace.answered();
  await expect(page.getByRole("alert")).toHaveCount(0);
});
