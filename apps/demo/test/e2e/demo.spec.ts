import { expect } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";

/** 60 documents with 5 actions each. */
const CELLS = 300;
/** These, and whether all documents may be exported. */
const CHECKS = CELLS + 1;

test("offers a person exactly what the PDP allows, in 2 requests", async ({ workspace, allowedBy }) => {
  await workspace.signIn("Jonas");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_jonas", "org_aurora"));
  expect(await workspace.answers("denied")).toHaveLength(CELLS - (await workspace.offered()).size);
  expect(workspace.requests).toBe(2);
  expect(await workspace.figure("checks")).toBe(CHECKS);
  expect(await workspace.figure("requests")).toBe(2);
});

test("lists what a person may view, and nothing else", async ({ workspace, allowedBy }) => {
  await workspace.signIn("Priya");
  const viewable = [...(await allowedBy("kp_priya", "org_aurora"))].filter((allowed) => allowed.endsWith(" view"));
  expect(await workspace.listed()).toEqual(viewable.map((allowed) => allowed.replace(" view", "")));
  expect(viewable.length).toBeLessThan(60);
});

test("asks nothing for rows whose decisions it has", async ({ workspace }) => {
  await workspace.signIn("Jonas");
  await workspace.page.getByRole("button", { name: "Drafts" }).click();
  await workspace.answered();
  expect(await workspace.figure("from the cache")).toBe(await workspace.figure("checks"));
  expect(await workspace.figure("checks")).toBeGreaterThan(0);
  expect(workspace.requests).toBe(2);
});

test("keeps session and organization over a reload", EACH_CLOCK, async ({ workspace, allowedBy }) => {
  await workspace.signIn("Mara");
  await workspace.switchTo("Cascade Logistics");
  await workspace.seesOrganization("Cascade Logistics");
  await workspace.page.reload();
  await workspace.seesOrganization("Cascade Logistics");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_cascade"));
});

test("shows the last decisions while the PDP is down, says so, and recovers", async ({
  workspace,
  stack,
  allowedBy,
}) => {
  const allowed = await allowedBy("kp_mara", "org_aurora");
  await workspace.signIn("Mara");
  await stack.pdp.stop();
  const answer = workspace.page.waitForResponse("**/authz/api/check/resources");
  await workspace.page.getByRole("button", { name: "Check all again" }).click();
  await expect(workspace.page.getByRole("alert")).toContainText("pdp_unavailable");
  expect((await answer).status()).toBe(503);
  // They are seconds old: a PDP that restarts must not empty the page.
  expect(await workspace.offered()).toEqual(allowed);
  expect(await workspace.figure("checks")).toBe(CHECKS);

  // Asking in vain leaves the alert in its place: a new one would be read out each time.
  const alert = await workspace.page.getByRole("alert").elementHandle();
  await workspace.tryAgain();
  await workspace.paints(5);
  expect(await alert?.evaluate((element) => element.isConnected)).toBe(true);

  await stack.pdp.restart();
  await workspace.tryAgain();
  await expect(workspace.page.getByRole("alert")).toHaveCount(0);
  await workspace.answered();
  expect(await workspace.offered()).toEqual(allowed);
});

test("shows nothing on a page that is loaded while the PDP is down, says so, and recovers", async ({
  workspace,
  stack,
  allowedBy,
}) => {
  await workspace.signIn("Mara");
  await stack.pdp.stop();
  await workspace.page.reload();
  await expect(workspace.page.getByRole("alert")).toContainText("No PDP answers");
  expect(await workspace.listed()).toEqual([]);

  // As above: the alert stays while it is asked again.
  const alert = await workspace.page.getByRole("alert").elementHandle();
  const again = workspace.page.waitForResponse("**/api/documents");
  await workspace.tryAgain();
  expect((await again).status()).toBe(503);
  await workspace.paints(5);
  expect(await alert?.evaluate((element) => element.isConnected)).toBe(true);

  await stack.pdp.restart();
  await workspace.tryAgain();
  await expect(workspace.page.getByRole("alert")).toHaveCount(0);
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
});

test("recovers without a click when the PDP is back", EACH_CLOCK, async ({ workspace, stack, allowedBy }) => {
  await workspace.signIn("Mara");
  await stack.pdp.stop();
  await workspace.page.getByRole("button", { name: "Check all again" }).click();
  await expect(workspace.page.getByRole("alert")).toBeVisible();
  await stack.pdp.restart();
  await expect(workspace.page.getByRole("alert")).toHaveCount(0, { timeout: 15_000 });
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
});

test("denies all when something else answers in the PDP's place, and recovers", async ({ workspace, allowedBy }) => {
  await workspace.page.route("**/authz/**", (route) =>
    route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><title>Login</title>" }),
  );
  await workspace.signIn("Jonas");
  await expect(workspace.page.getByRole("alert")).toContainText("pdp_unavailable");
  await expect.poll(() => workspace.answers("error")).toHaveLength(CELLS);
  await workspace.page.unroute("**/authz/**");
  await workspace.tryAgain();
  await expect(workspace.page.getByRole("alert")).toHaveCount(0);
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_jonas", "org_aurora"));
});

test("leaves nothing in the query cache at sign-out, and nobody signed in", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  expect(await workspace.cachedDecisions()).toBe(CHECKS);
  expect(await workspace.cachedDocuments()).toBe(60);
  // Holds the page where it is, so that its own cache can be looked at: Kinde would leave it.
  let signedOutAtKinde = "";
  await page.route("**/logout**", (route) => {
    signedOutAtKinde = route.request().url();
    return route.fulfill({ status: 204 });
  });
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect.poll(() => workspace.cachedDecisions()).toBe(0);
  await expect.poll(() => workspace.cachedDocuments()).toBe(0);
  await expect.poll(() => signedOutAtKinde).not.toBe("");
  await page.unroute("**/logout**");
  await page.goto(signedOutAtKinde);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test("writes no token into the cache, an address or the console", async ({ workspace, stack }) => {
  const { page } = workspace;
  const written: string[] = [];
  page.on("console", (message) => written.push(message.text()));
  page.on("request", (request) => written.push(request.url()));
  await workspace.signIn("Mara");
  await workspace.cell("aurora-01", "view").getByRole("button").click();
  await expect(workspace.outcome()).toHaveAttribute("data-outcome", "done");
  await stack.pdp.stop();
  await page.getByRole("button", { name: "Check all again" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await stack.pdp.restart();
  written.push(
    await page.evaluate(() => {
      const client = window.__TANSTACK_QUERY_CLIENT__;
      const queries = client?.getQueryCache().getAll() ?? [];
      const plain = queries.map(({ queryHash, state }) => [queryHash, state, String(state.error), state.error?.stack]);
      const mutations = client?.getMutationCache().getAll() ?? [];
      return JSON.stringify([plain, mutations.map(({ state }) => state)]);
    }),
  );
  // The start of every JWT: {"alg":… or {"kid":… or {"typ":… in base64url.
  expect(written.filter((text) => /eyJ[\w-]{10,}\.[\w-]{10,}/.test(text))).toEqual([]);
});

test("can be used by keyboard", async ({ workspace }) => {
  const { page } = workspace;
  const focused = page.locator(":focus");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(focused).toHaveText("Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(focused).toHaveText("Sign in");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /Sign in/ })).toBeVisible();
  await page.getByRole("button", { name: /Jonas/ }).focus();
  await page.keyboard.press("Enter");
  await workspace.answered();
  await workspace.organization("Aurora Energy").focus();
  await page.keyboard.press("Tab");
  // Nothing is switched by passing.
  await expect(focused).toHaveAccessibleName("Borealis Health");
  await workspace.seesOrganization("Aurora Energy");
  await page.keyboard.press("Enter");
  await workspace.seesOrganization("Borealis Health");
  await page.getByRole("radio", { name: "Through the gateway" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(focused).toHaveAccessibleName("Directly to the PDP");
  await expect(focused).toBeChecked();
  await workspace.answered();
  await page
    .getByRole("button", { name: /^edit / })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  await expect(focused).toHaveAccessibleName("Title");
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("Title")).toHaveCount(0);
  await expect(focused).toHaveAccessibleName(/^edit /);
  await page
    .getByRole("button", { name: /^view / })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Allowed: view/)).toBeVisible();
});

test("says that it waits when Cerbos does not answer, and no longer when it has", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const waiting = page.getByText("Waiting for Cerbos…");
  await expect(waiting).toBeHidden();
  const released = Promise.withResolvers<void>();
  await page.route("**/authz/**", async (route) => {
    await released.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Check all again" }).click();
  await expect(waiting).toBeVisible();
  released.resolve();
  await expect(waiting).toBeHidden();
});

test("counts one request as one", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const figures = page.getByLabel("Requests of this page").getByRole("term");
  await expect(figures).toHaveText(["checks", "requests", "milliseconds", "from the cache"]);
  await page.getByRole("button", { name: "Archived" }).click();
  await workspace.answered();
  await page.getByRole("button", { name: "Check all again" }).click();
  await workspace.answered();
  await expect.poll(() => workspace.figure("requests")).toBe(1);
  await expect(figures).toHaveText(["checks", "request", "milliseconds", "from the cache"]);
});
