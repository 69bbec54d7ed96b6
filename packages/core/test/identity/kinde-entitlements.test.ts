import { inspect } from "node:util";
import {
  AuthzError,
  createSession,
  kindeEntitlements,
  type KindeEntitlementsOptions,
  type Session,
} from "@kinde-cerbos/core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { codeOf, SIGNATURE, token } from "../support.ts";

const domain = "https://demo.kinde.com";
const access = (claims: object = {}): string => token({ iss: domain, org_code: "org_1", ...claims });

/** A page as Kinde's OpenAPI file and `@kinde/js-utils` have it. */
function page(
  rows: unknown = [],
  metadata: unknown = { has_more: false, next_page_starting_after: "entitlement_last" },
  more: object = {},
): Response {
  return Response.json({
    data: { org_code: "org_1", plans: [{ key: "pro", subscribed_on: "2026-01-01" }], entitlements: rows, ...more },
    metadata,
  });
}

const row = (feature_key: unknown, entitlement_limit_max: unknown = null): object => ({
  id: `entitlement_${String(feature_key)}`,
  fixed_charge: 35,
  price_name: "Pro",
  unit_amount: null,
  feature_key,
  feature_name: "Feature",
  entitlement_limit_max,
  entitlement_limit_min: null,
});

/** A connection that ends before the answer does. */
function brokenOff(): Response {
  const body = new ReadableStream({ start: (controller) => controller.error(new TypeError("terminated")) });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

type Fetch = typeof globalThis.fetch;
type Respond = (url: string) => Response | Promise<Response>;

/** A `fetch` that answers what `respond` makes, and keeps what it was asked. */
function fakeFetch(...responds: [Respond, ...Respond[]]) {
  let call = 0;
  return vi.fn<Fetch>(async (url) => {
    const respond = responds[Math.min(call, responds.length - 1)] ?? responds[0];
    call += 1;
    return respond(new Request(url).url);
  });
}

const enriching = (fetch: Fetch, options: Partial<KindeEntitlementsOptions> = {}) => ({
  principal: { enrich: kindeEntitlements({ domain, fetch, ...options }) },
});

const idOf = async (...rows: object[]): Promise<string> =>
  (await createSession(access(), enriching(fakeFetch(() => page(rows))))).id;

const entitlementsOf = ({ principal }: Session): unknown => principal.attr["entitlements"];

/** Why there is no session. No token is in it, wherever one looks. */
async function failure(fetch: Fetch, accessToken = access()): Promise<AuthzError> {
  const error: unknown = await createSession(accessToken, enriching(fetch)).then(
    () => expect.fail("There is a session."),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AuthzError);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(SIGNATURE);
  if (!(error instanceof AuthzError)) throw new TypeError("unreachable");
  expect(error.code).toBe("enrich_failed");
  expect(error.message).toContain("nothing is allowed");
  return error;
}

beforeEach(() => {
  // Retries wait for a random time: here, for none.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

describe("kindeEntitlements", () => {
  it("puts limits into the principal, as numbers by feature, and null where there is no number", async () => {
    const fetch = fakeFetch(() => page([row("seats", 50), row("exports"), row("free_seats", 0)]));
    const session = await createSession(access(), enriching(fetch));
    expect(entitlementsOf(session)).toEqual({ seats: 50, exports: null, free_seats: 0 });
    expect(session.principal.attr).toMatchObject({ orgCode: "org_1" });
  });

  it("asks Kinde's account API, with the token in a header, and keeps no copy", async () => {
    const fetch = fakeFetch(() => page());
    const accessToken = access();
    await createSession(accessToken, enriching(fetch, { domain: `${domain}/` }));
    expect(fetch).toHaveBeenCalledExactlyOnceWith(`${domain}/account_api/v1/entitlements`, {
      headers: { accept: "application/json", authorization: `Bearer ${accessToken}` },
      cache: "no-store",
      redirect: "manual",
      signal: expect.any(AbortSignal),
    });
  });

  it("uses the global fetch of the moment", async () => {
    const enrich = kindeEntitlements({ domain });
    const fetch = fakeFetch(() => page([row("seats", 1)]));
    vi.stubGlobal("fetch", fetch);
    const session = await createSession(access(), { principal: { enrich } }).finally(() => vi.unstubAllGlobals());
    expect(entitlementsOf(session)).toEqual({ seats: 1 });
  });

  it("reads all pages, in their order", async () => {
    const fetch = fakeFetch(
      () => page([row("a", 1)], { has_more: true, next_page_starting_after: "entitlement/a&b" }),
      () => page([row("b", 2)], { has_more: true, next_page_starting_after: "entitlement_b" }),
      // The cursor is there on the last page too.
      () => page([row("c", 3)], { has_more: false, next_page_starting_after: "entitlement_c" }),
    );
    expect(entitlementsOf(await createSession(access(), enriching(fetch)))).toEqual({ a: 1, b: 2, c: 3 });
    expect(fetch.mock.calls.map(([url]) => new Request(url).url.replace(`${domain}/account_api/v1/`, ""))).toEqual([
      "entitlements",
      "entitlements?starting_after=entitlement%2Fa%26b",
      "entitlements?starting_after=entitlement_b",
    ]);
  });

  it("takes the highest number of a feature that is listed several times", async () => {
    const fetch = fakeFetch(() =>
      page([row("a", 10), row("a", 100), row("a", 20), row("a"), row("b"), row("b", 5), row("c"), row("c")]),
    );
    expect(entitlementsOf(await createSession(access(), enriching(fetch)))).toEqual({ a: 100, b: 5, c: null });
  });

  it.each<[string, () => Response]>([
    ["no entitlements", () => page([])],
    [
      "neither plans nor entitlements",
      () => Response.json({ data: { org_code: "org_1" }, metadata: { has_more: false } }),
    ],
    [
      "null in their place, and no metadata",
      () => Response.json({ data: { org_code: null, plans: null, entitlements: null } }),
    ],
  ])("takes %s for none", async (_, respond) => {
    expect(entitlementsOf(await createSession(access(), enriching(fakeFetch(respond))))).toEqual({});
  });

  it("takes a key such as __proto__ for a key", async () => {
    const session = await createSession(access(), enriching(fakeFetch(() => page([row("__proto__", 3)]))));
    expect(JSON.stringify(entitlementsOf(session))).toBe('{"__proto__":3}');
  });

  it("makes another session of other limits, and the same of the same in another order", async () => {
    const id = await idOf(row("a", 1), row("b"));
    expect(await idOf(row("b"), row("a", 1))).toBe(id);
    expect(await idOf(row("a", 2), row("b"))).not.toBe(id);
    expect(await idOf(row("a", 1))).not.toBe(id);
  });

  it("asks again what may pass, and then goes on", async () => {
    const fetch = fakeFetch(
      () => Promise.reject(new TypeError("fetch failed")),
      () => new Response("down", { status: 503 }),
      () => page([row("a", 1)]),
    );
    expect(entitlementsOf(await createSession(access(), enriching(fetch)))).toEqual({ a: 1 });
    expect(fetch).toHaveBeenCalledTimes(3);
  });
});

describe("where it fails, there is no session, and the message says why", () => {
  it.each<[string, Respond, calls: number, says: string]>([
    ["401", () => new Response(null, { status: 401 }), 1, "refused the token with 401"],
    ["403", () => new Response(null, { status: 403 }), 1, "refused the token with 403"],
    ["404", () => new Response(null, { status: 404 }), 1, "answered 404"],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://evil.example" } }),
      1,
      "A redirect is not followed",
    ],
    ["500, three times", () => new Response(null, { status: 500 }), 3, "answered 500"],
    ["429, three times", () => new Response(null, { status: 429 }), 3, "answered 429"],
    [
      "429 with a long wait",
      () => new Response(null, { status: 429, headers: { "retry-after": "60" } }),
      1,
      "answered 429",
    ],
    ["no answer, three times", () => Promise.reject(new TypeError("fetch failed")), 3, "did not answer"],
    [
      "a page of HTML",
      () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
      1,
      "not JSON but text/html",
    ],
    ["null", () => Response.json(null), 1, "no data"],
    ["a list", () => Response.json([]), 1, "no data"],
    ["no data", () => Response.json({ metadata: {} }), 1, "no data"],
    ["entitlements that are no list", () => page({ seats: 5 }), 1, "not a list"],
    ["an entitlement that is a text", () => page(["seats"]), 1, "no feature_key"],
    ["an entitlement without a key", () => page([row("")]), 1, "no feature_key"],
    ["a limit that is a text", () => page([row("seats", "50")]), 1, 'the limit of "seats" is not a number'],
    ["a limit that is left out", () => page([{ feature_key: "seats" }]), 1, 'the limit of "seats" is not a number'],
    [
      "a limit that is infinite",
      () => new Response('{"data":{"entitlements":[{"feature_key":"seats","entitlement_limit_max":1e400}]}}'),
      1,
      'the limit of "seats" is not a number',
    ],
    ["an answer that breaks off, three times", brokenOff, 3, "did not answer"],
    ["a limit that is true", () => page([row("seats", true)]), 1, 'the limit of "seats" is not a number'],
    ["more pages without a cursor", () => page([], { has_more: true }), 1, "where the next page starts"],
    [
      "more pages in words",
      () => page([], { has_more: "true", next_page_starting_after: "a" }),
      1,
      "where the next page starts",
    ],
    ["pages in a circle", () => page([], { has_more: true, next_page_starting_after: "a" }), 2, "do not end"],
    ["another organization's", () => page([], undefined, { org_code: "org_2" }), 1, "another organization"],
    ["too many", () => page(Array.from({ length: 1001 }, (_, at) => row(`f${at}`))), 1, "more than 1000"],
  ])("%s", async (_, respond, calls, says) => {
    const fetch = fakeFetch(respond);
    expect((await failure(fetch)).message).toContain(says);
    expect(fetch).toHaveBeenCalledTimes(calls);
  });

  it("pages without an end", async () => {
    let pages = 0;
    const fetch = fakeFetch(() => page([], { has_more: true, next_page_starting_after: `cursor_${(pages += 1)}` }));
    expect((await failure(fetch)).message).toContain("do not end after 100");
    expect(fetch).toHaveBeenCalledTimes(100);
  });

  it("an answer that does not come in time", async () => {
    const signals: unknown[] = [];
    const fetch = vi.fn<Fetch>((_, init) => {
      signals.push(init?.signal);
      return new Promise(() => {});
    });
    const session = createSession(access(), { ...enriching(fetch), timeoutMs: 20 });
    await expect(session).rejects.toMatchObject({ code: "enrich_failed", cause: { code: "timeout" } });
    expect(signals).toEqual([expect.objectContaining({ aborted: true })]);
  });

  it("429 with a long wait, which the error has", async () => {
    const fetch = fakeFetch(() => new Response(null, { status: 429, headers: { "retry-after": "60" } }));
    expect(await failure(fetch)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("a fault that quotes the token", async () => {
    const accessToken = access();
    const fetch = fakeFetch(() => Promise.reject(new TypeError(`cannot fetch with Bearer ${accessToken}`)));
    expect(inspect((await failure(fetch, accessToken)).cause)).toContain("[token]");
  });
});

describe("the token goes nowhere but to the domain", () => {
  it.each([undefined, "https://evil.example", `${domain}.evil.example`, `${domain}:8443`, "http://demo.kinde.com"])(
    "and is not sent at all where its iss is %s",
    async (iss) => {
      const fetch = fakeFetch(() => page());
      expect((await failure(fetch, access({ iss }))).message).toContain(`is not ${domain}`);
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  it("which iss may write with a slash at its end", async () => {
    const fetch = fakeFetch(() => page());
    await createSession(access({ iss: `${domain}/` }), enriching(fetch));
    expect(fetch).toHaveBeenCalledOnce();
  });

  it.each(["http://localhost:4005", "http://127.0.0.1:4005", "http://[::1]:4005"])(
    "which may be on this machine: %s",
    async (local) => {
      const fetch = fakeFetch(() => page());
      await createSession(access({ iss: local }), enriching(fetch, { domain: local }));
      expect(fetch).toHaveBeenCalledOnce();
    },
  );

  it.each<[unknown]>([
    [undefined],
    [{}],
    [domain],
    [{ domain: "" }],
    [{ domain: 5 }],
    [{ domain: "demo.kinde.com" }],
    [{ domain: "http://demo.kinde.com" }],
    [{ domain: "http://localhost.evil.example" }],
    [{ domain: "ftp://localhost" }],
    [{ domain: "https://ann:secret@demo.kinde.com" }],
    [{ domain: `${domain}/tenant` }],
    [{ domain: `${domain}/?x=` }],
    [{ domain: `${domain}/#x` }],
    [{ domain, fetch: "fetch" }],
  ])("an option that is none of that is refused at the start: %j", (options) => {
    let thrown: unknown;
    try {
      Reflect.apply(kindeEntitlements, undefined, [options]);
    } catch (error) {
      thrown = error;
    }
    expect(codeOf(thrown)).toBe("invalid_option");
    expect(String(thrown)).not.toContain("secret");
  });
});
