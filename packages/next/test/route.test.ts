import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { browserWith, jonas, mara, ofPage, remove, startWorld, view, type World } from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let POST: (request: Request) => Promise<Response>;

beforeAll(async () => {
  world = await startWorld();
  // Imported only now, because Kinde's SDK reads its variables when it is loaded.
  const { createAuthzRoute } = await import("@kinde-cerbos/next");
  ({ POST } = createAuthzRoute());
});
afterAll(() => world.stop());

type Browser = ReturnType<typeof browserWith>;

/** Returns what a page's authorizer gets from the route, with the cookies of a browser. */
async function decisionsFor(browser: Browser, claims: object, headers: HeadersInit = ofPage): Promise<unknown[]> {
  const pdp = createFetchPdp("https://app.test/authz", {
    fetch: (url, init) => browser.at(() => POST(new Request(url, { ...init, headers }))),
  });
  const authorizer = createAuthorizer({ pdp, session: await createSession({ ...claims }) });
  return Promise.all(
    [view, remove].map((check) =>
      authorizer.check(check).then(
        ({ allowed }) => allowed,
        ({ code }: { code: string }) => code,
      ),
    ),
  );
}

describe("the route", () => {
  test("decides for the user of Kinde's cookie", async () => {
    const ofMara = browserWith({ access_token: await world.tokenFor(mara) });
    const ofJonas = browserWith({ access_token: await world.tokenFor(jonas) });
    expect(await decisionsFor(ofMara, mara)).toEqual([true, true]);
    expect(await decisionsFor(ofJonas, jonas)).toEqual([true, false]);
  });

  test("reads a token that Kinde's SDK split into several cookies", async () => {
    const token = await world.tokenFor({
      ...mara,
      permissions: Array.from({ length: 400 }, (_, at) => `permission:${at}`),
    });
    const browser = browserWith({ access_token: token });
    expect(browser.cookies.getAll().length).toBeGreaterThan(1);
    expect(await decisionsFor(browser, mara)).toEqual([true, true]);
  });

  test("accepts the bearer token of a client without cookies", async () => {
    const headers = { authorization: `Bearer ${await world.tokenFor(mara)}` };
    expect(await decisionsFor(browserWith({}), mara, headers)).toEqual([true, true]);
  });

  test("refuses a page of another origin", async () => {
    const browser = browserWith({ access_token: await world.tokenFor(mara) });
    const headers = { "sec-fetch-site": "same-site", origin: "https://blog.app.test" };
    expect(await decisionsFor(browser, mara, headers)).toEqual(["request_refused", "request_refused"]);
  });

  test.each([
    ["of another user", jonas],
    ["of another organization", { ...mara, org_code: "org_birch" }],
  ])("refuses a page %s than the cookie: no decision outlives its session", async (_, claims) => {
    const browser = browserWith({ access_token: await world.tokenFor(mara) });
    expect(await decisionsFor(browser, claims)).toEqual(["token_refused", "token_refused"]);
  });

  test.each([
    ["nothing", ""],
    ["no token", "null"],
    ["JSON", '{"sub":"kp_mara"}'],
  ])("refuses a cookie that holds %s", async (_, access_token) => {
    expect(await decisionsFor(browserWith({ access_token }), mara)).toEqual(["token_refused", "token_refused"]);
  });
});

/** Returns the response of `/authz/session`. */
async function sessionFor(browser: Browser, headers: HeadersInit = ofPage) {
  const response = await browser.at(() =>
    POST(new Request("https://app.test/authz/session", { method: "POST", headers })),
  );
  return { status: response.status, body: await response.json(), cache: response.headers.get("cache-control") };
}

describe("/session", () => {
  test("returns the session without a token, and sends no request to Kinde", async () => {
    const token = await world.tokenFor(mara);
    const { id } = await createSession(token);
    const found = await sessionFor(browserWith({ access_token: token }));
    const claims: unknown = expect.objectContaining({ ...mara, exp: expect.any(Number) });
    expect(found).toEqual({
      status: 200,
      body: { status: "signed_in", id, claims, organizations: [] },
      cache: "no-store",
    });
    const { id: ofClaims } = await createSession(found.body.claims);
    expect([ofClaims, JSON.stringify(found).includes(token), world.refreshes]).toEqual([id, false, []]);
  });

  test("has the organizations of the user's id token, and none of another user's", async () => {
    const organizations = [
      { id: "org_aurora", name: "Aurora" },
      { id: "org_birch", name: "Birch" },
    ];
    const access_token = await world.tokenFor(mara);
    const idToken = (sub: string): Promise<string> => world.idTokenFor({ sub, organizations });
    const found = await sessionFor(browserWith({ access_token, id_token: await idToken("kp_mara") }));
    expect(found.body.organizations).toEqual([
      { code: "org_aurora", name: "Aurora" },
      { code: "org_birch", name: "Birch" },
    ]);
    for (const id_token of [await idToken("kp_jonas"), "no token"]) {
      const { body } = await sessionFor(browserWith({ access_token, id_token }));
      expect(body).toMatchObject({ status: "signed_in", organizations: [] });
    }
  });

  test("says that nobody is signed in", async () => {
    const { id } = await createSession(null);
    expect(await sessionFor(browserWith({}))).toMatchObject({ status: 200, body: { status: "signed_out", id } });
  });

  test.each([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another origin of the site", { "sec-fetch-site": "same-site" }],
    ["the address bar", { "sec-fetch-site": "none" }],
    ["another origin, in a browser that says no more", { origin: "https://evil.test", host: "app.test" }],
  ])("refuses a request from %s", async (_, headers) => {
    const browser = browserWith({ access_token: await world.tokenFor(mara) });
    expect(await sessionFor(browser, headers)).toMatchObject({ status: 403, body: { code: 7 } });
  });

  test("says why a refreshed token cannot be used", async () => {
    const access_token = await world.tokenFor({ ...mara, azp: "another application" });
    world.answer.token = async () => ({ access_token, id_token: await world.idTokenFor(mara), refresh_token: "next" });
    const found = await sessionFor(browserWith({ access_token, refresh_token: "a" }));
    expect(found).toMatchObject({ status: 401, body: { message: expect.stringContaining("another application") } });
  });
});
