import { type LocalKinde } from "@kinde-cerbos/testing/node";
import { type Browser, type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import { documents } from "../../lib/documents.ts";
import { NIGHTLY, test } from "./app.ts";
import { ACTIONS, gatewayRequestsOf, rightsOn, rowOf, signIn, untilFollowing } from "./workspace.ts";

/** Returns the PDP's decisions for this person's token, requested directly. */
async function oracle(kinde: LocalKinde, pdpUrl: string, person: string, organization: string) {
  const own = [...documents.values()].filter(({ orgCode }) => orgCode === organization);
  const resources = own.map(({ id, orgCode, ownerId, state }) => {
    return { resource: { kind: "document", id, attr: { orgCode, ownerId, state } }, actions: ACTIONS };
  });
  const token = await kinde.createToken({ person, organization });
  const body = { principal: { id: person, roles: ["user"] }, auxData: { jwt: { token } }, resources };
  const answer = await fetch(`${pdpUrl}/api/check/resources`, { method: "POST", body: JSON.stringify(body) });
  const { results }: { results: { actions: Record<string, string> }[] } = JSON.parse(await answer.text());
  return Object.fromEntries(
    own.map(({ title }, at) => [title, ACTIONS.filter((action) => results[at]?.actions[action] === "EFFECT_ALLOW")]),
  );
}

for (const [person, organization, all, details] of [
  ["kp_ann", "org_north", 7, {}],
  ["kp_ann", "org_south", 3, NIGHTLY],
  ["kp_tom", "org_north", 4, NIGHTLY],
] as const) {
  test(
    `${person} in ${organization} may do what the PDP says, and the page sends no check`,
    details,
    async ({ page, kinde, pdp }) => {
      const checks = gatewayRequestsOf(page);
      await untilFollowing(page, () => signIn(page, person, organization));
      const expected = await oracle(kinde, pdp.url, person, organization);
      expect(Object.values(expected).flat()).toHaveLength(all);
      await expect.poll(() => rightsOn(page)).toEqual(expected);
      expect(checks).toEqual([]);
    },
  );
}

test("the HTML of a page has its decisions, before any script runs", async ({ page }) => {
  const deleteButtons = async (): Promise<number> => {
    const html = await (await page.request.get("/documents")).text();
    expect(html).toContain("Roadmap");
    return html.match(/<button[^>]*>Delete<\/button>/g)?.length ?? 0;
  };
  await signIn(page, "kp_ann", "org_north");
  expect(await deleteButtons()).toBe(3);
  await page.context().clearCookies();
  await signIn(page, "kp_tom", "org_north");
  expect(await deleteButtons()).toBe(0);
});

test("a page that prefetches nothing sends one request through the gateway", async ({ page }) => {
  await signIn(page, "kp_ann", "org_south");
  const checks = gatewayRequestsOf(page);
  await untilFollowing(page, () => page.goto("/documents/4"));
  await expect(page.getByRole("button", { name: "Publish" })).toBeEnabled();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
  expect(checks).toEqual(["/authz/api/check/resources"]);
});

test("a change gets its decisions along with the new page", NIGHTLY, async ({ page }) => {
  await signIn(page, "kp_tom", "org_north");
  const checks = gatewayRequestsOf(page);
  await rowOf(page, "Roadmap").getByRole("button", { name: "Publish" }).click();
  await expect(rowOf(page, "Roadmap")).toContainText("published");
  await expect(rowOf(page, "Roadmap").getByRole("button", { name: "Publish" })).toBeDisabled();
  expect(checks).toEqual([]);
});

/** Returns the request that a click on the button sends. It is intercepted. */
async function caughtAction(page: Page, press: () => Promise<void>): Promise<Request> {
  await page.route("/documents", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  const [request] = await Promise.all([page.waitForRequest((one) => one.method() === "POST"), press()]);
  await page.unroute("/documents");
  return request;
}

/** Sends the request again with the cookies of another browser. */
async function replay(context: BrowserContext, request: Request): Promise<string> {
  const { cookie: _, "content-length": __, ...headers } = await request.allHeaders();
  const answer = await context.request.post(request.url(), { headers, data: request.postDataBuffer() ?? "" });
  return answer.text();
}

async function inOtherBrowser<Result>(
  browser: Browser,
  baseURL: string | undefined,
  act: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
  const result = await act(await context.newPage());
  await context.close();
  return result;
}

test("the action behind a hidden button is refused", async ({ page, browser, baseURL }) => {
  await signIn(page, "kp_ann", "org_north");
  const request = await caughtAction(page, () =>
    rowOf(page, "Roadmap").getByRole("button", { name: "Delete" }).click(),
  );
  const answer = await inOtherBrowser(browser, baseURL, async (other) => {
    await signIn(other, "kp_tom", "org_north");
    await expect(other.getByRole("button", { name: "Delete" })).toHaveCount(0);
    return replay(other.context(), request);
  });
  expect(answer).toContain("You may not do this.");
  await page.reload();
  await expect(rowOf(page, "Roadmap")).toBeVisible();
  // The same request with her own cookies is allowed.
  await replay(page.context(), request);
  await page.reload();
  await expect(rowOf(page, "Budget")).toBeVisible();
  await expect(rowOf(page, "Roadmap")).toHaveCount(0);
});

test("the action behind a disabled button is refused, and the page says so", NIGHTLY, async ({ page }) => {
  await signIn(page, "kp_tom", "org_north");
  const publish = rowOf(page, "Budget").getByRole("button", { name: "Publish" });
  await expect(publish).toBeDisabled();
  await publish.evaluate((button) => button.removeAttribute("disabled"));
  await publish.click();
  await expect(rowOf(page, "Budget").getByRole("alert")).toHaveText("You may not do this.");
  await expect(rowOf(page, "Budget")).toContainText("draft");
});

test("a page and an API of another organization's document are closed", async ({ page, request }) => {
  await signIn(page, "kp_tom", "org_north");
  expect((await page.request.get("/api/documents/3")).status()).toBe(200);
  expect((await page.request.get("/api/documents/4")).status()).toBe(403);
  expect((await page.request.get("/api/documents/99")).status()).toBe(404);
  await page.goto("/documents/4");
  await expect(page.getByRole("heading", { name: "404" })).toBeVisible();
  await expect(page.getByText("Lease")).toHaveCount(0);
  // Nobody is signed in here.
  expect((await request.get("/api/documents/3")).status()).toBe(401);
});
