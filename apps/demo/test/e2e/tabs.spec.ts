import { expect } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";

test("follow a switch of the organization in one of them, and keep their memory", async ({ workspace, allowedBy }) => {
  await workspace.signIn("Mara");
  const others = [await workspace.anotherTab("Aurora Energy"), await workspace.anotherTab("Aurora Energy")];
  for (const { page } of others) {
    await page.evaluate(() => {
      window.memory = "kept";
    });
  }
  await workspace.switchTo("Borealis Health");
  for (const tab of [workspace, ...others]) {
    await tab.seesOrganization("Borealis Health");
    expect(await tab.offered()).toEqual(await allowedBy("kp_mara", "org_borealis"));
  }
  for (const { page, crashes } of others) {
    expect(await page.evaluate(() => window.memory)).toBe("kept");
    expect(crashes).toEqual([]);
    // The session that it has taken over can go on.
    await page.reload();
  }
  for (const tab of others) await tab.seesOrganization("Borealis Health");
});

test("follow a switch by redirect, as of Kinde's own switchOrg", EACH_CLOCK, async ({ workspace, stack }) => {
  await workspace.signIn("Mara");
  const other = await workspace.anotherTab("Aurora Energy");
  stack.silentPage = "unframeable";
  await workspace.switchTo("Borealis Health");
  await other.seesOrganization("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
});

test("follow a sign-out in one of them", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  const other = await workspace.anotherTab("Aurora Energy");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(other.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect.poll(() => other.cachedDecisions()).toBe(0);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(other.crashes).toEqual([]);
});

test("stay signed out where a refresh was in flight, and leave the next user's session alone", async ({
  workspace,
}) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  const other = await workspace.anotherTab("Aurora Energy");
  // A token that is refused is refreshed. Kinde has answered, and the answer is on its way.
  const [answered, arrives] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await other.page.route("**/authz/api/check/resources", (route) =>
    route.fulfill({ status: 401, json: { code: 16, message: "The token's signature is wrong." } }),
  );
  await other.page.route("**/oauth2/token", async (route) => {
    const response = await route.fetch();
    expect(response.ok()).toBe(true);
    answered.resolve();
    await arrives.promise;
    await route.fulfill({ response });
  });
  await other.page.getByRole("button", { name: "Check all again" }).click();
  await answered.promise;

  await workspace.signOut();
  await expect(other.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await workspace.signIn("Tomas");
  const refreshToken = (): Promise<string | null> => page.evaluate(() => localStorage.getItem("refreshToken0"));
  const before = await refreshToken();
  expect(before).not.toBeNull();
  const stored = other.page.waitForResponse("**/oauth2/token");
  arrives.resolve();
  await (await stored).finished();
  // Until whatever would follow has been rendered.
  await other.paints(20);
  await expect(other.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(await other.offered()).toEqual(new Set());
  expect(await refreshToken()).toBe(before);
  await page.reload();
  await expect(page.getByLabel("Who I am")).toContainText("Tomas");
  expect([...workspace.crashes, ...other.crashes]).toEqual([]);
});

test("take nothing for a message that is none", EACH_CLOCK, async ({ workspace }) => {
  await workspace.signIn("Mara");
  const other = await workspace.anotherTab("Aurora Energy");
  // Messages come in their order: when the tabs have followed the switch, they have got these.
  await workspace.page.evaluate(() => {
    const channel = new BroadcastChannel("kinde-cerbos");
    for (const message of [null, "", [], { user: null }, { client: "kinde-cerbos-demo", user: null }]) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has one origin
      channel.postMessage(message);
    }
  });
  await workspace.switchTo("Borealis Health");
  for (const tab of [workspace, other]) {
    await tab.seesOrganization("Borealis Health");
    await expect(tab.page.getByRole("button", { name: "Sign out" })).toBeVisible();
    expect(tab.crashes).toEqual([]);
  }
});

test("tell each other no token", async ({ workspace }) => {
  const { page } = workspace;
  const listener = await page.context().newPage();
  await listener.goto("/silent.html");
  await listener.evaluate(() => {
    const heard: string[] = (window.heard = []);
    new BroadcastChannel("kinde-cerbos").addEventListener("message", ({ data: { written, ...data } }) => {
      // A time, by the page's clock.
      if (typeof written === "number") heard.push(JSON.stringify(data));
    });
  });
  await workspace.signIn("Mara");
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect
    .poll(() => listener.evaluate(() => window.heard))
    .toEqual([
      '{"client":"kinde-cerbos-demo","user":"kp_mara","org":"org_aurora"}',
      '{"client":"kinde-cerbos-demo","user":"kp_mara","org":"org_borealis"}',
      '{"client":"kinde-cerbos-demo","user":null,"org":null}',
    ]);
});
