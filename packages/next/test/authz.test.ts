import { createSession } from "@kinde-cerbos/core";
import { ensureCan, Forbidden } from "@kinde-cerbos/react/source";
import { QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { atRequest, Cookies } from "./next-headers.ts";
import {
  browserWith,
  document,
  jonas,
  mara,
  type Next,
  ofPage,
  remove,
  startWorld,
  view,
  type World,
} from "./world.ts";

vi.mock("next/headers", () => import("./next-headers.ts"));
vi.mock("next/server", async (importOriginal) => {
  const { connection } = await import("./next-headers.ts");
  return { ...(await importOriginal<object>()), connection };
});

let world: World;
let next: Next;

beforeAll(async () => {
  world = await startWorld();
  next = await import("@kinde-cerbos/next");
});
afterAll(() => world.stop());

/** Returns a browser with a signed-in user. */
const browserOf = async (claims: object, headers?: { readonly [name: string]: string }) =>
  browserWith({ access_token: await world.tokenFor({ ...claims }) }, headers);

const unusable = async () => ({
  "nobody is signed in": browserWith({}),
  "the token has ended": browserWith({ access_token: await world.tokenFor(mara, -60) }),
  "the token is forged": browserWith({ access_token: `${await world.tokenFor(mara)}AAAA` }),
  "the token is another application's": browserWith({ access_token: await world.tokenFor({ ...mara, azp: "other" }) }),
  "the cookie holds no token": browserWith({ access_token: "{}" }),
});

describe("getAuthorizer", () => {
  test("decides for the user of the cookie, with decisions under the name of the page's PDP", async () => {
    const browser = await browserOf(jonas);
    const authorizer = await browser.at(next.getAuthorizer);
    expect(authorizer).toMatchObject({ pdpName: "/authz", session: { principal: { id: "kp_jonas" } } });
    const decisions = await authorizer?.checkAll([view, remove]);
    expect(decisions?.map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(await authorizer?.plan({ action: "delete", kind: "document" })).toMatchObject({ kind: "ALWAYS_DENIED" });
    await expect(ensureCan(new QueryClient(), authorizer, remove)).rejects.toThrow(Forbidden);
  });

  test("is null if there is no usable session", async () => {
    for (const [why, browser] of Object.entries(await unusable())) {
      expect([why, await browser.at(next.getAuthorizer)]).toEqual([why, null]);
    }
  });

  test("throws if Kinde's keys cannot be fetched, because that is not a sign-out", async () => {
    const { getAuthorizer } = next.createAuthz({ jwksUrl: "http://127.0.0.1:9/jwks" });
    const browser = await browserOf(mara);
    await expect(browser.at(getAuthorizer)).rejects.toMatchObject({ reason: "issuer_unavailable" });
  });

  test("reports decisions and plans to the audit log", async () => {
    const entries: unknown[] = [];
    const { getAuthorizer } = next.createAuthz({ audit: (made) => entries.push(...made) });
    const browser = await browserOf(jonas);
    const authorizer = await browser.at(getAuthorizer);
    await authorizer?.checkAll([view, remove]);
    await authorizer?.plan({ action: "view", kind: "document" });
    expect(entries).toMatchObject([
      { subject: "kp_jonas", id: "1", action: "view", effect: "EFFECT_ALLOW", matchedPolicy: expect.any(String) },
      { subject: "kp_jonas", id: "1", action: "delete", effect: "EFFECT_DENY" },
      { subject: "kp_jonas", id: null, action: "view", effect: "KIND_CONDITIONAL" },
    ]);
  });
});

/** Returns what `requireAllowed` throws or returns. */
const outcomeOf = (browser: ReturnType<typeof browserWith>, checks = [view, remove]): Promise<unknown> =>
  browser.at(() =>
    next.requireAllowed(checks).then(
      ({ principal }) => principal.id,
      (error: unknown) => (error instanceof next.Refusal ? error.reason : error),
    ),
  );

describe("requireAllowed", () => {
  test("returns the session if all checks are allowed, and throws a refusal if one is denied", async () => {
    expect(await outcomeOf(await browserOf(mara))).toBe("kp_mara");
    expect(await outcomeOf(await browserOf(jonas))).toBe("forbidden");
    expect(await outcomeOf(await browserOf(jonas), [view])).toBe("kp_jonas");
    expect(await outcomeOf(await browserOf(mara), [])).toBe("forbidden");
  });

  test("throws if there is no usable session", async () => {
    const reasons = Object.entries(await unusable()).map(async ([why, browser]) => [why, await outcomeOf(browser)]);
    expect(Object.fromEntries(await Promise.all(reasons))).toEqual({
      "nobody is signed in": "token_missing",
      "the token has ended": "token_expired",
      "the token is forged": "token_signature",
      "the token is another application's": "token_client",
      "the cookie holds no token": "token_missing",
    });
  });

  test("takes a bearer token before the cookie", async () => {
    const authorization = `Bearer ${await world.tokenFor(mara)}`;
    expect(await outcomeOf(await browserOf(jonas, { authorization }))).toBe("kp_mara");
    expect(await outcomeOf(await browserOf(jonas, { authorization: "Basic abc" }))).toBe("forbidden");
  });

  test.each([
    ["a fetch of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
    ["a fetch of another origin of the site", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }],
    [
      "a form of another origin of the site",
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "content-type": "text/plain" },
    ],
    ["another origin, in a browser that says no more", { origin: "https://blog.app.test", host: "app.test" }],
  ])("refuses %s by cookie", async (_, headers) => {
    expect(await outcomeOf(await browserOf(mara, headers))).toBe("cross_site");
    const authorization = `Bearer ${await world.tokenFor(mara)}`;
    expect(await outcomeOf(await browserOf(mara, { ...headers, authorization }))).toBe("kp_mara");
  });

  test.each([
    ["a page of the app", ofPage],
    ["a link of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
    ["a server", {}],
  ])("answers %s", async (_, headers) => {
    expect(await outcomeOf(await browserOf(mara, headers))).toBe("kp_mara");
  });

  test("becomes a response of a route handler", async () => {
    const handler = next.answerRefusals(async () => {
      await next.requireAllowed(remove);
      return new Response(null, { status: 204 });
    });
    const statusOf = async (claims: object) => (await (await browserOf(claims)).at(handler)).status;
    expect([await statusOf(mara), await statusOf(jonas)]).toEqual([204, 403]);
  });
});

describe("prefetchDecisions", () => {
  test("has the decisions for the page's session, and no token", async () => {
    const token = await world.tokenFor(jonas);
    const state = await browserWith({ access_token: token }).at(() => next.prefetchDecisions([view, remove]));
    const { id } = await createSession(token);
    expect(state.queries.map(({ queryKey, state: { data } }) => [queryKey.slice(0, 6), queryKey[7], data])).toEqual([
      [["kinde-cerbos", id, "decision", "document", "1", "view"], "/authz", expect.objectContaining({ allowed: true })],
      [
        ["kinde-cerbos", id, "decision", "document", "1", "delete"],
        "/authz",
        expect.objectContaining({ allowed: false }),
      ],
    ]);
    expect(JSON.stringify(state)).not.toContain(token);
    expect(JSON.stringify(state)).not.toContain(token.split(".")[2]);
  });

  test("is empty if there is no session or no PDP answers", async () => {
    for (const browser of Object.values(await unusable())) {
      expect(await browser.at(() => next.prefetchDecisions([view]))).toEqual({ mutations: [], queries: [] });
    }
    const broken = [
      next.createAuthz({ pdp: "http://127.0.0.1:9" }),
      next.createAuthz({ jwksUrl: "http://127.0.0.1:9/jwks" }),
    ];
    for (const { prefetchDecisions } of broken) {
      const browser = await browserOf(mara);
      expect(await browser.at(() => prefetchDecisions([view]))).toEqual({ mutations: [], queries: [] });
    }
  });

  test("throws for a malformed check", async () => {
    const browser = await browserOf(mara);
    const nameless = { action: "", resource: document };
    await expect(browser.at(() => next.prefetchDecisions([nameless]))).rejects.toMatchObject({ code: "invalid_check" });
  });
});

describe("getPageSession", () => {
  test("returns the session with the id that the browser would compute, and no token", async () => {
    const token = await world.tokenFor(mara);
    const { id } = await createSession(token);
    const session = await browserWith({ access_token: token }).at(next.getPageSession);
    expect(session).toMatchObject({ status: "signed_in", id, claims: mara });
    expect(JSON.stringify(session)).not.toContain(token);
  });

  test("is unknown if the token cannot be used, and signed out if nobody is signed in", async () => {
    const statuses = Object.entries(await unusable()).map(async ([why, browser]) => {
      const { status } = await browser.at(next.getPageSession);
      return [why, status];
    });
    expect(Object.fromEntries(await Promise.all(statuses))).toEqual({
      "nobody is signed in": "signed_out",
      "the token has ended": "unknown",
      "the token is forged": "unknown",
      "the token is another application's": "unknown",
      "the cookie holds no token": "signed_out",
    });
  });
});

describe("a prerendered page", () => {
  test("waits for a request before it reads the clock or the session", async () => {
    const connected = new Promise<void>(() => {});
    const fetched = vi.spyOn(globalThis, "fetch");
    const looks = [vi.spyOn(Date, "now"), vi.spyOn(performance, "now"), vi.spyOn(Math, "random")];
    const uses = [
      next.getPageSession,
      next.getAuthorizer,
      () => next.prefetchDecisions([view]),
      () => next.requireAllowed(view),
      () => next.createAuthzRoute().GET(new Request("https://app.test/authz/api/events")),
    ];
    const ends: unknown[] = [];
    const cookies = new Cookies({ access_token: await world.tokenFor(mara) });
    for (const look of looks) look.mockClear();
    for (const use of uses) {
      void atRequest({ cookies, headers: new Headers(), connected }, (): Promise<unknown> => use()).finally(() =>
        ends.push(use),
      );
    }
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect([ends, fetched.mock.calls, ...looks.map((look) => look.mock.calls)]).toEqual([[], [], [], [], []]);
    vi.restoreAllMocks();
  });
});
