// A gateway that finds the token itself, as in a cookie that no script can read.
import {
  type AuthzError,
  claimsFromToken,
  createAuthorizer,
  createSession,
  type PrincipalOptions,
} from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { describe, expect, test, vi } from "vitest";
import { type GoodBody, goodToken, inMemory, refusalOf } from "./in-memory.ts";

const alice = { id: "kp_alice", roles: ["user"], attr: { orgCode: "org_acme" } };
const bodyFor = (principal: object): GoodBody => ({
  principal,
  resources: [{ actions: ["view"], resource: { kind: "document", id: "1" } }],
});
const ofPage = { headers: { "sec-fetch-site": "same-origin", origin: "http://gateway.test" } };

/** A gateway that finds the token of a user in whatever comes. */
const world = (changes: object = {}, more: Parameters<typeof inMemory>[0] = {}) =>
  inMemory({ tokenOf: () => goodToken(changes), ...more });

describe("tokenOf", () => {
  test("identifies a page of the same origin, whose request carries no token", async () => {
    const of = world();
    expect((await of.post(bodyFor(alice), ofPage)).status).toBe(200);
    expect(of.asked).toMatchObject([
      { body: { principal: { id: "kp_alice" }, auxData: { jwt: { token: expect.any(String) } } } },
    ]);
  });

  test("is not called if the request carries a token, which then counts alone", async () => {
    const tokenOf = vi.fn<() => null>(() => null);
    const of = inMemory({ tokenOf });
    const headers = { authorization: `Bearer ${await goodToken()}`, origin: "https://elsewhere.test" };
    expect((await of.post(bodyFor({ id: "anybody" }), { headers })).status).toBe(200);
    expect(tokenOf).not.toHaveBeenCalled();
  });

  test.each([null, undefined, Promise.resolve(null)])("of %s is nobody", async (token) => {
    const of = inMemory({ tokenOf: () => token });
    expect(await refusalOf(of, await of.post(bodyFor(alice), ofPage))).toEqual([401, 16, "token_missing"]);
  });

  test("of nobody is the anonymous principal, if the gateway has anonymous and the page is of nobody", async () => {
    const options = { tokenOf: () => null, anonymous: true };
    const nobody = { id: "anonymous", roles: ["anonymous"], attr: {} };
    expect((await inMemory(options).post(bodyFor(nobody), ofPage)).status).toBe(200);
    const of = inMemory(options);
    expect(await refusalOf(of, await of.post(bodyFor(alice), ofPage))).toEqual([401, 16, "session_mismatch"]);
  });

  test("that throws is a fault of the server: nothing is asked", async () => {
    const of = inMemory({ tokenOf: () => Promise.reject(new Error("no cookie store")) });
    expect(await refusalOf(of, await of.post(bodyFor(alice), ofPage))).toEqual([500, 13, "internal"]);
    expect(of.asked).toEqual([]);
  });

  test("of what is no token is refused as any other is", async () => {
    const of = inMemory({ tokenOf: () => "abc" });
    expect(await refusalOf(of, await of.post(bodyFor(alice), ofPage))).toEqual([401, 16, "token_malformed"]);
  });

  test("must be a function", () => {
    expect(() => inMemory(JSON.parse('{"tokenOf":"cookie"}'))).toThrow(
      expect.objectContaining({ code: "invalid_option", message: expect.stringContaining("tokenOf") }),
    );
  });
});

describe("a request by cookie", () => {
  test.each([
    ["of another site", { "sec-fetch-site": "cross-site", origin: "https://evil.test" }],
    ["of another origin of the site", { "sec-fetch-site": "same-site", origin: "http://other.gateway.test" }],
    ["typed into the address bar", { "sec-fetch-site": "none" }],
    ["of another origin, by a browser that says no more", { origin: "https://evil.test" }],
    ["of an origin that is none", { origin: "null" }],
  ])("%s is refused before the token is looked for", async (_, headers) => {
    const tokenOf = vi.fn<() => Promise<string>>(() => goodToken());
    const of = inMemory({ tokenOf, corsOrigins: "*" });
    expect(await refusalOf(of, await of.post(bodyFor(alice), { headers }))).toEqual([403, 7, "cross_site"]);
    expect([tokenOf.mock.calls, of.asked]).toEqual([[], []]);
  });

  test.each([
    ["of the same origin, by a browser that says no more", { origin: "https://app.test", host: "app.test" }],
    ["of no page, such as a server's", {}],
  ])("%s is answered", async (_, headers) => {
    expect((await world().post(bodyFor(alice), { headers })).status).toBe(200);
  });

  // Decisions for bob must not be shown on alice's page, which would also keep them as hers.
  test.each([
    ["another user", { sub: "kp_bob" }, alice],
    ["another organization", { org_code: "org_birch" }, alice],
    ["no organization", { org_code: undefined }, alice],
    ["somebody, to a page of nobody", {}, { id: "anonymous", attr: {} }],
    ["somebody, to a page that does not say whose it is", {}, {}],
  ])("of %s is refused, and nothing is asked", async (_, changes, principal) => {
    const of = world(changes);
    expect(await refusalOf(of, await of.post(bodyFor(principal), ofPage))).toEqual([401, 16, "session_mismatch"]);
    expect(of.asked).toEqual([]);
  });

  test("is compared by what the gateway's principal options make of the token", async () => {
    const principal: PrincipalOptions = { map: (_, made) => ({ ...made, id: `user:${made.id}` }) };
    const mapped = bodyFor({ ...alice, id: "user:kp_alice" });
    expect((await world({}, { principal }).post(mapped, ofPage)).status).toBe(200);
    const of = world({}, { principal });
    expect(await refusalOf(of, await of.post(bodyFor(alice), ofPage))).toEqual([401, 16, "session_mismatch"]);
  });
});

/** The page's authorizer, and the server's session, which the test changes. */
async function page() {
  const cookie = { token: await goodToken() };
  const of = inMemory({ tokenOf: () => cookie.token });
  let refreshes = 0;
  const authorizer = createAuthorizer({
    session: await createSession({ ...claimsFromToken(cookie.token) }),
    source: {
      getToken: () => null,
      refresh: async () => {
        refreshes += 1;
        return { ...claimsFromToken(cookie.token) };
      },
      subscribe: () => () => {},
    },
    pdp: createFetchPdp("http://gateway.test/authz", {
      fetch: async (url, init) => of.gateway(new Request(url, { ...init, ...ofPage })),
    }),
  });
  const check = async (): Promise<string> =>
    authorizer.check({ action: "view", resource: { kind: "document", id: "1" } }).then(
      ({ allowed }) => (allowed ? "allowed" : "denied"),
      ({ code }: AuthzError) => code,
    );
  return { cookie, check, asked: of.asked, lines: of.lines, refreshes: () => refreshes };
}

describe("a page whose session only the server has", () => {
  test("gets decisions for the cookie's user", async () => {
    const { check, asked } = await page();
    expect(await check()).toBe("allowed");
    expect(asked).toMatchObject([{ body: { principal: { id: "kp_alice" } } }]);
  });

  test("learns that the cookie is somebody else's now: it ends, with no decision of theirs", async () => {
    const { check, cookie, asked, lines, refreshes } = await page();
    cookie.token = await goodToken({ sub: "kp_bob" });
    expect(await check()).toBe("session_ended");
    expect([asked, refreshes(), lines.map(({ reason }) => reason)]).toEqual([[], 1, ["session_mismatch"]]);
  });
});
