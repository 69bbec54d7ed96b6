import { expect, type Page } from "@playwright/test";

import { test } from "./fixtures.ts";

/** What the PDP says of any token that it does not accept. */
const REFUSED = { status: 400, json: { code: 3, message: "invalid auxData" } };

/** Refreshes that Kinde was asked for. */
function watchRefreshes(page: Page): string[] {
  const refreshes: string[] = [];
  page.on("request", (request) => {
    const form = request.postData() ?? "";
    if (request.url().endsWith("/oauth2/token") && form.includes("grant_type=refresh_token")) refreshes.push(form);
  });
  return refreshes;
}

test("a token that the PDP refuses is refreshed once, and all is asked once more", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  const refreshes = watchRefreshes(page);
  const refused = new Set<string>();
  await page.route("**/pdp/api/check/resources", async (route) => {
    const { auxData }: { auxData: { jwt: { token: string } } } = route.request().postDataJSON();
    // Whatever token comes first is no longer good.
    if (refused.size === 0) refused.add(auxData.jwt.token);
    await (refused.has(auxData.jwt.token) ? route.fulfill(REFUSED) : route.continue());
  });
  await page.getByRole("button", { name: "Ask all again" }).click();
  await expect.poll(() => workspace.requests).toBe(6);
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
  expect(refreshes).toHaveLength(1);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a token that is refused again is expired and denies all, until there is another one", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  const refreshes = watchRefreshes(page);
  await page.route("**/pdp/api/check/resources", (route) => route.fulfill(REFUSED));
  await page.getByRole("button", { name: "Ask all again" }).click();
  await expect(page.getByRole("alert")).toContainText("session_expired");
  expect(await workspace.offered()).toEqual(new Set());
  expect(refreshes).toHaveLength(1);

  await page.unroute("**/pdp/api/check/resources");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect(page.getByRole("alert")).toHaveCount(0);
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
});

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
