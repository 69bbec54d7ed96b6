import { expect } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import {
  ACTIONS,
  AS_MEMBER,
  gatewayRequestsOf,
  rightsOn,
  rowOf,
  setRoles,
  signIn,
  untilFollowing,
} from "./workspace.ts";

// While the app is still running, because Kinde notifies it.
test.afterEach(async ({ kinde }) => setRoles(kinde, "admin"));

test("a role that is changed at Kinde changes an open page, without a reload and without a sign-in", async ({
  page,
  kinde,
}) => {
  const stream = await untilFollowing(page, () => signIn(page, "kp_ann", "org_north"));
  expect([stream.status(), stream.headers()["content-type"]]).toEqual([200, "text/event-stream"]);
  // A compressed stream would be buffered.
  expect(stream.headers()["content-encoding"]).toBeUndefined();
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ACTIONS);
  let loads = 0;
  page.on("domcontentloaded", () => (loads += 1));
  const requests = gatewayRequestsOf(page);

  await setRoles(kinde);
  await expect.poll(() => rightsOn(page)).toEqual(AS_MEMBER);
  // The token is refused, so the session's route renews it. All rows are checked again together.
  expect(requests).toEqual(["/authz/session", "/authz/api/check/resources"]);

  await setRoles(kinde, "admin");
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ACTIONS);
  await rowOf(page, "Roadmap").getByRole("button", { name: "Delete" }).click();
  await expect(rowOf(page, "Roadmap")).toHaveCount(0);
  await expect(page.getByRole("banner")).toContainText("Ann Lee");
  expect(loads).toBe(0);
});

test("a token that is older than a change is refused at once, and nobody is signed out", async ({
  page,
  app,
  kinde,
  playwright,
}) => {
  await signIn(page, "kp_ann", "org_north");
  const thief = await playwright.request.newContext({ storageState: await page.context().storageState() });
  const documents = async (): Promise<string> => (await thief.get(`${app.url}/documents`)).text();
  expect((await thief.get(`${app.url}/api/documents/1`)).status()).toBe(200);
  expect(await documents()).toContain("Roadmap");
  await setRoles(kinde);
  await expect.poll(async () => (await thief.get(`${app.url}/api/documents/1`)).status()).toBe(401);
  // Pages are rendered by another bundle of the app, which must know of the change too.
  expect(await documents()).not.toContain("Roadmap");
  await thief.dispose();
  await expect.poll(() => rightsOn(page)).toEqual(AS_MEMBER);
  expect((await page.request.get("/api/documents/1")).status()).toBe(200);
});

test("a page that is opened after the change is rendered with the rights of now", NIGHTLY, async ({ page, kinde }) => {
  await signIn(page, "kp_ann", "org_north");
  await page.goto("about:blank");
  await setRoles(kinde);
  await expect.poll(async () => (await page.request.get("/api/documents/1")).status()).toBe(401);
  await page.goto("/documents");
  await expect.poll(() => rightsOn(page)).toEqual(AS_MEMBER);
  await expect(page.getByRole("banner")).toContainText("Ann Lee");
});

test("another person's page hears nothing of it", NIGHTLY, async ({ page, browser, baseURL, kinde }) => {
  const context = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
  const other = await context.newPage();
  await untilFollowing(other, () => signIn(other, "kp_tom", "org_north"));
  await expect.poll(() => rightsOn(other)).toHaveProperty("Roadmap", ["view", "edit"]);
  const requests = gatewayRequestsOf(other);
  await signIn(page, "kp_ann", "org_north");
  await setRoles(kinde);
  await expect.poll(() => rightsOn(page)).toEqual(AS_MEMBER);
  expect(requests).toEqual([]);
  await context.close();
});

test("a server that stops ends its streams, and the page stays as it is", NIGHTLY, async ({ page, app }) => {
  await untilFollowing(page, () => signIn(page, "kp_ann", "org_north"));
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ACTIONS);
  expect(await app.stop()).toBe(true);
  expect(await rightsOn(page)).toHaveProperty("Budget", ACTIONS);
});
