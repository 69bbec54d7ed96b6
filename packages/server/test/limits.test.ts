// What is refused before the PDP is asked: each with its status, the code of the PDP's errors, and the reason in the
// log.
import { setImmediate } from "node:timers/promises";
import { AuthzError } from "@kinde-cerbos/core";
import {
  createRateLimiter,
  type GatewayOptions,
  type RateLimiter,
  type RateVerdict,
  Refusal,
} from "@kinde-cerbos/server";
import { describe, expect, test, vi } from "vitest";
import { allowAll, refusalOf, goodBody, goodToken, inMemory } from "./in-memory.ts";

type Refused = readonly [status: number, code: number, reason: string];
const INVALID: Refused = [400, 3, "body_invalid"];

/** `{ a: { a: … } }`, so many levels deep. */
const nested = (levels: number): object => (levels === 1 ? { a: 1 } : { a: nested(levels - 1) });
const entry = (resource: object = {}, actions: unknown = ["view"]) => ({
  actions,
  resource: { kind: "document", id: "1", ...resource },
});
const entries = (count: number) => Array.from({ length: count }, (_, index) => entry({ id: String(index) }));

const planBody = (changes: object = {}) =>
  goodBody({ resources: undefined, actions: ["view"], resource: { kind: "document" }, ...changes });

describe("a request", () => {
  test.each<[string, RequestInit & { path?: string }, Refused]>([
    ["for another path", { path: "/authz/api/other" }, [404, 5, "not_found"]],
    ["for the PDP's admin API", { path: "/authz/admin/policies" }, [404, 5, "not_found"]],
    ["for a path that goes on", { path: "/authz/api/check/resources/" }, [404, 5, "not_found"]],
    ["for a path in other letters", { path: "/authz/API/check/resources" }, [404, 5, "not_found"]],
    ["for a path with an encoded slash", { path: "/authz/api%2Fcheck/resources" }, [404, 5, "not_found"]],
    ["for a path in the query", { path: "/authz?/api/check/resources" }, [404, 5, "not_found"]],
    ["by GET", { method: "GET", body: null }, [405, 12, "method_not_allowed"]],
    ["by HEAD", { method: "HEAD", body: null }, [405, 12, "method_not_allowed"]],
    ["by PUT", { method: "PUT" }, [405, 12, "method_not_allowed"]],
    [
      "by OPTIONS, as there is no CORS",
      { method: "OPTIONS", headers: { origin: "https://a.example" } },
      [405, 12, "method_not_allowed"],
    ],
    [
      "as a form",
      { headers: { "content-type": "application/x-www-form-urlencoded" } },
      [415, 12, "content_type_not_supported"],
    ],
    ["as XML", { headers: { "content-type": "application/xml" } }, [415, 12, "content_type_not_supported"]],
    [
      "as a type that begins like JSON",
      { headers: { "content-type": "application/json-patch+json" } },
      [415, 12, "content_type_not_supported"],
    ],
    [
      "in UTF-16",
      { headers: { "content-type": "application/json; charset=utf-16" } },
      [415, 12, "content_type_not_supported"],
    ],
    [
      "in UTF-7, beside UTF-8",
      { headers: { "content-type": "application/json; charset=utf-8; charset=utf-7" } },
      [415, 12, "content_type_not_supported"],
    ],
    ["in gzip", { headers: { "content-encoding": "gzip" } }, [415, 12, "content_type_not_supported"]],
    ["that says to be larger than it may", { headers: { "content-length": "262145" } }, [413, 8, "body_too_large"]],
  ])("%s", async (_, init, refused) => {
    const world = inMemory();
    const response = await world.post(undefined, init);
    // HEAD has no body to look at elsewhere, here it has.
    expect(await refusalOf(world, response)).toEqual(refused);
  });

  test.each([
    undefined,
    "application/json",
    "APPLICATION/JSON; Charset=UTF-8",
    'text/plain; charset="utf-8"',
    "application/json; profile=x",
  ])("of type %s is taken", async (type) => {
    const world = inMemory();
    const body = new Blob([JSON.stringify(await goodBody())]);
    const headers: HeadersInit = type === undefined ? {} : { "content-type": type };
    expect((await world.post(body, { headers })).status).toBe(200);
  });

  test.each(["/api/check/resources", "/a/b/c/api/check/resources", "/authz/api/check/resources?x=1"])(
    "under %s is taken",
    async (path) => {
      const world = inMemory();
      expect((await world.post(undefined, { path })).status).toBe(200);
      expect(world.asked.map(({ url }) => url)).toEqual(["http://pdp.test/api/check/resources"]);
    },
  );
});

describe("a body", () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ["none", ""],
    ["no JSON", "resources"],
    ["half a JSON", '{"resources":['],
    ["two JSONs", "{}{}"],
    ["a mark of byte order", "\uFEFF{}"],
    ["half a character", new Uint8Array([0x22, 0xc3, 0x22])],
    ["a character that is too long", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
    ["as deep as it may be long", "[".repeat(262_144)],
    ["NaN", '{"resources":NaN}'],
    ["a comment", '{"resources":[]/**/}'],
  ])("%s", async (_, body) => {
    const world = inMemory();
    expect(await refusalOf(world, await world.post(body))).toEqual(INVALID);
  });

  test.each([
    ["a list", []],
    ["a text", '"x"'],
    ["null", "null"],
    ["a number", "1"],
    ["nothing", "{}"],
  ])("%s has no token either, and that comes first", async (_, body) => {
    const world = inMemory();
    expect(await refusalOf(world, await world.post(JSON.stringify(body)))).toEqual([401, 16, "token_missing"]);
  });

  test.each<[string, object, Refused]>([
    ["no resources", { resources: undefined }, INVALID],
    ["resources that are no list", { resources: { 0: entry() } }, INVALID],
    ["no resource", { resources: [] }, INVALID],
    ["null in the place of an entry", { resources: [null] }, INVALID],
    ["an entry without a resource", { resources: [{ actions: ["view"] }] }, INVALID],
    ["a resource that is a text", { resources: [{ actions: ["view"], resource: "document" }] }, INVALID],
    ["no kind", { resources: [entry({ kind: undefined })] }, INVALID],
    ["an empty id", { resources: [entry({ id: "" })] }, INVALID],
    ["an id that is a number", { resources: [entry({ id: 1 })] }, INVALID],
    ["an id with half a surrogate pair", { resources: [entry({ id: "\ud800" })] }, INVALID],
    ["no actions", { resources: [{ ...entry(), actions: undefined }] }, INVALID],
    ["an empty list of actions", { resources: [entry({}, [])] }, INVALID],
    ["actions that are a text", { resources: [entry({}, "view")] }, INVALID],
    ["an action that is an object", { resources: [entry({}, [{}])] }, INVALID],
    ["attributes that are a list", { resources: [entry({ attr: [] })] }, INVALID],
    ["a scope that is a number", { resources: [entry({ scope: 1 })] }, INVALID],
    ["a version that is an object", { resources: [entry({ policyVersion: {} })] }, INVALID],
    ["includeMeta that is a text", { includeMeta: "true" }, INVALID],
    ["a request id that is an object", { requestId: {} }, INVALID],
    ["an unknown field", { admin: true }, INVALID],
    ["the principal under Protobuf's other name", { aux_data: {} }, INVALID],
    ["an unknown field of an entry", { resources: [{ ...entry(), principal: {} }] }, INVALID],
    ["an unknown field of a resource", { resources: [entry({ attributes: {} })] }, INVALID],
    ["501 resources", { resources: entries(501) }, [400, 3, "too_many_resources"]],
    [
      "51 actions",
      {
        resources: [
          entry(
            {},
            Array.from({ length: 51 }, (_, index) => `a${index}`),
          ),
        ],
      },
      [400, 3, "too_many_actions"],
    ],
    ["attributes of 17 levels", { resources: [entry({ attr: nested(17) })] }, [400, 3, "attributes_too_deep"]],
    [
      "a list of 16 levels in an attribute",
      { resources: [entry({ attr: { a: JSON.parse("[".repeat(16) + "]".repeat(16)) } })] },
      [400, 3, "attributes_too_deep"],
    ],
    ["a long text", { resources: [entry({ attr: { a: "x".repeat(8193) } })] }, [400, 3, "text_too_long"]],
    ["a long name", { resources: [entry({ attr: { ["x".repeat(8193)]: 1 } })] }, [400, 3, "text_too_long"]],
    ["a long id", { resources: [entry({ id: "x".repeat(8193) })] }, [400, 3, "text_too_long"]],
    ["a long action", { resources: [entry({}, ["x".repeat(8193)])] }, [400, 3, "text_too_long"]],
    ["a long request id", { requestId: "x".repeat(8193) }, [400, 3, "text_too_long"]],
    ["a token that is an object", { auxData: { jwt: { token: {} } } }, [401, 16, "token_malformed"]],
    ["an empty token", { auxData: { jwt: { token: "" } } }, [401, 16, "token_malformed"]],
    ["no token", { auxData: {} }, [401, 16, "token_missing"]],
  ])("with %s", async (_, changes, refused) => {
    const world = inMemory();
    expect(await refusalOf(world, await world.post(await goodBody(changes)))).toEqual(refused);
  });

  // As text: the JSON.stringify of Node 22 does not go as deep.
  test("with attributes of 5000 levels", async () => {
    const world = inMemory();
    const body = JSON.stringify(await goodBody({ resources: [entry({ attr: "deep" })] }));
    const deep = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    const response = await world.post(body.replace('"deep"', deep));
    expect(await refusalOf(world, response)).toEqual([400, 3, "attributes_too_deep"]);
  });

  test("at each limit is taken", async () => {
    const world = inMemory();
    const full = [
      ...entries(498),
      entry({ attr: { ...nested(16), text: "x".repeat(8192) } }),
      entry(
        {},
        Array.from({ length: 50 }, (_, index) => `a${index}`),
      ),
    ];
    const response = await world.post(await goodBody({ resources: full }));
    expect(response.status).toBe(200);
    expect((await response.json()).results).toHaveLength(500);
    expect(world.asked).toHaveLength(10);
  });

  test("with a number that JSON cannot say is refused, and not another number asked about", async () => {
    const world = inMemory();
    const body = JSON.stringify(await goodBody({ resources: [entry({ attr: { price: "PRICE" } })] }));
    expect(await refusalOf(world, await world.post(body.replace('"PRICE"', "1e999")))).toEqual(INVALID);
  });

  test("in which a name is twice: the PDP gets what was looked at, once", async () => {
    const world = inMemory({ allow: { document: ["view"] } });
    const body = JSON.stringify(await goodBody());
    const twice = body
      .replace('"kind":"document"', '"kind":"secret","kind":"document"')
      .replace('{"state"', '{"state":"x","state"');
    expect((await world.post(twice)).status).toBe(200);
    expect(world.asked[0]?.body.resources).toEqual([entry({ attr: { state: "draft" } })]);
    const hidden = body.replace('"kind":"document"', '"kind":"document","kind":"secret"');
    expect((await world.post(hidden)).status).toBe(400);
  });

  test("with names of an object's own: they are names like any other, and nothing inherits from them", async () => {
    const world = inMemory({ allow: { document: "*" } });
    const own = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":1}';
    const body = JSON.stringify(await goodBody({ resources: [entry({ attr: "ATTR" }, ["__proto__", "constructor"])] }));
    expect((await world.post(body.replace('"ATTR"', own))).status).toBe(200);
    expect(JSON.stringify(world.asked[0]?.body.resources[0]?.resource.attr)).toBe(own);
    expect(world.asked[0]?.body.resources[0]?.actions).toEqual(["__proto__", "constructor"]);
    expect({}).not.toHaveProperty("admin");

    // As a field of the request they are unknown ones; as a kind, not in the list.
    const fresh = inMemory({ allow: { document: "*" } });
    const top = JSON.stringify(await goodBody()).replace("{", '{"__proto__":{"principal":{}},');
    expect(await refusalOf(fresh, await fresh.post(top))).toEqual(INVALID);
    for (const kind of ["__proto__", "constructor", "toString"]) {
      const asked = await goodBody({ resources: [entry({ kind })] });
      expect(await refusalOf(fresh, await fresh.post(asked))).toEqual([400, 3, "kind_not_allowed"]);
    }
  });

  test("null stands for what is not given, as the PDP has it", async () => {
    const world = inMemory();
    const nothing = { attr: null, scope: null, policyVersion: null };
    expect(
      (await world.post(await goodBody({ requestId: null, includeMeta: null, resources: [entry(nothing)] }))).status,
    ).toBe(200);
    expect(world.asked[0]?.body).not.toHaveProperty("requestId");
    expect(world.asked[0]?.body.resources).toEqual([entry()]);
  });
});

describe("a plan", () => {
  const plan = { path: "/authz/api/plan/resources" };

  test("is asked for with what is known of it", async () => {
    const world = inMemory({}, () => Response.json({ filter: {}, cerbosCallId: "call" }));
    for (const changes of [{}, { actions: undefined, action: "view" }]) {
      expect((await world.post(await planBody(changes), plan)).status).toBe(200);
    }
    const body = { actions: ["view"], resource: { kind: "document" } };
    expect(world.asked).toMatchObject([
      { url: "http://pdp.test/api/plan/resources", body },
      { url: "http://pdp.test/api/plan/resources", body },
    ]);
    expect(world.lines).toMatchObject([{ path: "plan" }, { path: "plan" }]);
  });

  test.each<[string, object, Refused]>([
    ["no action", { actions: undefined }, INVALID],
    ["no resource", { resource: undefined }, INVALID],
    ["an id", { resource: { kind: "document", id: "1" } }, INVALID],
    ["resources", { resources: [entry()] }, INVALID],
    ["a kind that is not taken", { resource: { kind: "secret" } }, [400, 3, "kind_not_allowed"]],
    ["an action that is not taken", { actions: ["view", "delete"] }, [400, 3, "action_not_allowed"]],
    ["deep attributes", { resource: { kind: "document", attr: nested(17) } }, [400, 3, "attributes_too_deep"]],
  ])("with %s is refused", async (_, changes, refused) => {
    const world = inMemory({ allow: { document: ["view"] } });
    expect(await refusalOf(world, await world.post(await planBody(changes), plan))).toEqual(refused);
  });
});

/** A body of chunks without an end, and how many were taken. */
function endless(): { readonly stream: ReadableStream<Uint8Array>; taken: number; cancelled: boolean } {
  const body = {
    taken: 0,
    cancelled: false,
    stream: new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          body.taken += 1;
          controller.enqueue(new Uint8Array(1024).fill(0x20));
        },
        cancel() {
          body.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    ),
  };
  return body;
}

describe("the size of a body", () => {
  test("is counted while it comes: no more is taken than is held", async () => {
    const world = inMemory({ limits: { bodyBytes: 10_240 } });
    const body = endless();
    const response = await world.post(body.stream, { duplex: "half" });
    // Core knows these words, and asks in halves.
    expect((await response.clone().json()).message).toContain("larger than max");
    expect(await refusalOf(world, response)).toEqual([413, 8, "body_too_large"]);
    expect(body.taken).toBe(11);
    expect(body.cancelled).toBe(true);
  });

  test("of exactly the limit is taken, one byte more is not", async () => {
    const text = JSON.stringify(await goodBody());
    const world = inMemory({ limits: { bodyBytes: text.length + 10 } });
    expect((await world.post(text + " ".repeat(10))).status).toBe(200);
    expect((await world.post(text + " ".repeat(11))).status).toBe(413);
  });

  test("counts bytes, not characters", async () => {
    const text = JSON.stringify(await goodBody({ requestId: "é".repeat(100) }));
    const world = inMemory({ limits: { bodyBytes: text.length + 10 } });
    expect((await world.post(text)).status).toBe(413);
  });

  test("that does not come is given up", async () => {
    const world = inMemory({ limits: { bodyTimeoutMs: 20 } });
    let cancelled = false;
    const stream = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel() {
        cancelled = true;
      },
    });
    expect(await refusalOf(world, await world.post(stream, { duplex: "half" }))).toEqual([408, 4, "body_too_slow"]);
    expect(cancelled).toBe(true);
  });

  test("that breaks off, or whose client leaves, is no request", async () => {
    const world = inMemory();
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
    expect(await refusalOf(world, await world.post(broken, { duplex: "half" }))).toEqual([499, 1, "aborted"]);
    const leaving = new AbortController();
    const response = world.post(new ReadableStream(), { duplex: "half", signal: leaving.signal });
    leaving.abort();
    expect(await refusalOf(world, await response)).toEqual([499, 1, "aborted"]);
  });
});

describe("how often", () => {
  test("a subject asks is limited, and others are not held up", async () => {
    let now = 0;
    const world = inMemory({ rateLimit: createRateLimiter({ perMinute: 60, burst: 2, now: () => now }) });
    const ask = async (sub: string) =>
      world.post(await goodBody({ auxData: { jwt: { token: await goodToken({ sub }) } } }));
    expect([(await ask("a")).status, (await ask("a")).status]).toEqual([200, 200]);
    const refused = await ask("a");
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: 8 });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await ask("b")).status).toBe(200);
    now += 1000;
    expect((await ask("a")).status).toBe(200);
    expect((await ask("a")).status).toBe(429);
  });

  test("is limited by default, and counts requests to the PDP", async () => {
    const rateLimit = vi.fn<RateLimiter>(() => ({ allowed: true }));
    const world = inMemory({ rateLimit });
    await world.post(await goodBody({ resources: entries(101) }));
    expect(rateLimit).toHaveBeenCalledWith({ subject: "user:kp_alice", cost: 3, request: expect.any(Request) });

    const limited = inMemory({ rateLimit: undefined });
    const statuses = new Set<number>();
    for (let sent = 0; sent < 25; sent += 1)
      statuses.add((await limited.post(await goodBody({ resources: entries(500) }))).status);
    expect(statuses).toEqual(new Set([200, 429]));
  });

  test.each<[string, () => Promise<RateVerdict>]>([
    ["throws", () => Promise.reject(new Error("redis is down"))],
    ["says nothing", async () => JSON.parse("null")],
  ])("a limiter that %s lets nobody through", async (_, rateLimit) => {
    const world = inMemory({ rateLimit });
    expect(await refusalOf(world, await world.post())).toEqual([500, 13, "internal"]);
  });

  test("a limiter that quotes the token in what it throws puts it into no log", async () => {
    const token = await goodToken();
    const world = inMemory({
      logErrorMessages: true,
      rateLimit: () => Promise.reject(new Error(`refused: Bearer ${token}`)),
    });
    await world.post(await goodBody({ auxData: { jwt: { token } } }));
    expect(world.lines[0]?.error).toContain("refused: Bearer [token]");
  });

  test("requests wait for the PDP at once is limited, and a place is free again after each", async () => {
    const answers: (() => void)[] = [];
    const world = inMemory({ limits: { inFlight: 2, inFlightPerSubject: 2 } }, async (body) => {
      await new Promise<void>((resolve) => void answers.push(resolve));
      return allowAll(body);
    });
    const waiting = [world.post(), world.post()];
    await vi.waitFor(() => expect(answers).toHaveLength(2), 20_000);
    const refused = await world.post();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    for (const answer of answers) answer();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    const next = world.post();
    await vi.waitFor(() => expect(answers).toHaveLength(3), 20_000);
    answers[2]?.();
    expect((await next).status).toBe(200);
  });
});

describe("the allow-list", () => {
  const allow = { document: ["view", "edit"], note: "*" } as const;
  test.each<[string, object, number]>([
    ["a kind and action of it", entry({}, ["edit"]), 200],
    ["any action where that is said", entry({ kind: "note" }, ["whatever"]), 200],
    ["another kind", entry({ kind: "secret" }), 400],
    ["another action", entry({}, ["view", "delete"]), 400],
    ["a kind in other letters", entry({ kind: "Document" }), 400],
  ])("%s", async (_, asked, status) => {
    const world = inMemory({ allow });
    expect((await world.post(await goodBody({ resources: [entry(), asked] }))).status).toBe(status);
    expect(world.asked).toHaveLength(status === 200 ? 1 : 0);
  });

  test.each<object>([{ document: "view" }, { document: true }, { document: null }, { document: { view: true } }])(
    "what names no actions is refused at once: %j",
    (given) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as an untyped caller writes it
      expect(() => inMemory({ allow: given } as object)).toThrow(/^allow must have/);
    },
  );
});

describe("CORS", () => {
  const origin = "https://app.example.com";

  test("is off: a page of another origin is told nothing", async () => {
    const response = await inMemory().post(undefined, { headers: { origin } });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("for listed origins alone", async () => {
    const world = inMemory({ corsOrigins: [origin] });
    const preflight = await world.post(null, { method: "OPTIONS", headers: { origin } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    const answer = await world.post(undefined, { headers: { origin } });
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("vary")).toBe("origin");
    const foreign = await world.post(null, { method: "OPTIONS", headers: { origin: "https://evil.example.com" } });
    expect(foreign.status).toBe(405);
    expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  });

  // A text has parts of itself: "https://app.example.co" would be in the one of somebody else.
  test.each<object>([
    { corsOrigins: origin },
    { corsOrigins: true },
    { corsOrigins: [`${origin}/`] },
    { corsOrigins: [`${origin}/page`] },
    { corsOrigins: ["app.example.com"] },
    { corsOrigins: ["*"] },
    { corsOrigins: [undefined] },
  ])("what is no list of origins is refused at once: %j", (options) => {
    expect(() => inMemory(options)).toThrow(AuthzError);
    expect(() => inMemory(options)).toThrow(/^corsOrigins/);
  });

  test("an app's own scheme is an origin", () => {
    expect(() => inMemory({ corsOrigins: ["capacitor://localhost", "http://localhost:5173"] })).not.toThrow();
  });
});

describe("where anonymous requests are taken", () => {
  test.each<[string, object, HeadersInit, number]>([
    ["no token", {}, {}, 200],
    ["a scheme of somebody else", {}, { authorization: "Basic YTpi" }, 200],
    ["a bad token", { auxData: { jwt: { token: "x.y.z" } } }, {}, 401],
    ["an empty token", { auxData: { jwt: { token: "" } } }, {}, 401],
    ["an empty Bearer", {}, { authorization: "Bearer" }, 401],
    ["a Bearer that is no token", {}, { authorization: "Bearer undefined" }, 401],
  ])("%s", async (_, changes, headers, status) => {
    const world = inMemory({ anonymous: true });
    const body = await goodBody({ auxData: undefined, ...changes });
    expect((await world.post(body, { headers })).status).toBe(status);
    // Whoever says to be somebody, and is not, is not nobody.
    expect(world.asked.map((asked) => asked.body.principal.id)).toEqual(status === 200 ? ["anonymous"] : []);
  });
});

test("where one part of a large request fails, the others are given up", async () => {
  const givenUp = Promise.withResolvers<void>();
  const world = inMemory({ timeoutMs: 60_000 }, async ({ resources }, { signal }) => {
    if (resources[0]?.resource.id === "50") return Response.json({ results: [] });
    signal?.addEventListener("abort", () => givenUp.resolve());
    await givenUp.promise;
    throw new Error("aborted");
  });
  expect((await world.post(await goodBody({ resources: entries(100) }))).status).toBe(503);
  await givenUp.promise;
});

/** What the log has of an `enrich` that fails, and quotes this. */
const failing = async (token: string, quoted: string, options: Partial<GatewayOptions> = {}) => {
  const cause = Object.assign(new RangeError("row of ann@example.com"), { code: "ER_NO_ROW" });
  const enrich = () => Promise.reject(new Error(`Kinde answered 500 to kp_ann${quoted}`, { cause }));
  const world = inMemory({ principal: { enrich }, ...options });
  const asked = await goodBody({ auxData: { jwt: { token } } });
  expect(await refusalOf(world, await world.post(asked))).toEqual([503, 14, "enrich_failed"]);
  return world.lines[0]?.error;
};

describe("faults behind it", () => {
  test("of enrich: nothing is allowed, and the log has names and codes, but nothing that was quoted", async () => {
    const error = await failing(await goodToken(), "");
    expect(error).toMatch(/cannot be fetched.*: Error: RangeError ER_NO_ROW$/);
    expect(error).not.toMatch(/kp_ann|ann@|500/);
  });

  test("of enrich, with logErrorMessages: the log has what was said, but no token", async () => {
    const token = await goodToken();
    const said = "Error, Kinde answered 500 to kp_ann";
    expect(await failing(token, "", { logErrorMessages: true })).toContain(
      `${said}: RangeError ER_NO_ROW, row of ann@example.com`,
    );
    expect(await failing(token, `, Bearer ${token}`, { logErrorMessages: true })).toMatch(
      new RegExp(`${said}, Bearer \\[token\\]$`),
    );
    expect(await failing(token, `, Bearer ${token}`)).toMatch(/: Error$/);
  });

  test.each<[string, Partial<GatewayOptions>, RegExp]>([
    [
      "rateLimit",
      { rateLimit: () => Promise.reject(new AuthzError("check_refused", "The PDP refused the check (kp_ann).")) },
      /: AuthzError check_refused$/,
    ],
    [
      "isRevoked",
      { isRevoked: () => Promise.reject(new Refusal("forbidden", "ann@example.com has left.")) },
      /: Refusal forbidden$/,
    ],
    [
      "enrich",
      {
        principal: {
          enrich: () => Promise.reject(new AuthzError("pdp_unavailable", "The PDP gave no answer: kp_ann")),
        },
      },
      /: AuthzError pdp_unavailable$/,
    ],
  ])(
    "of %s, which throws an error of these packages: the log does not have its message either",
    async (_, options, pattern) => {
      const world = inMemory(options);
      await world.post();
      expect(world.lines[0]?.error).toMatch(pattern);
      expect(world.lines[0]?.error).not.toMatch(/kp_ann|ann@/);
    },
  );

  test("of the HTTP client: the log has no address of a PDP", async () => {
    const world = inMemory({
      pdp: "http://pdp.internal.test:1/secret-path",
      fetch: async (url) => {
        throw new TypeError(`fetch failed: ${url}`, {
          cause: Object.assign(new Error(`connect ${url}`), { code: "ECONNREFUSED" }),
        });
      },
    });
    expect((await world.post()).status).toBe(503);
    expect(world.lines[0]?.error).toMatch(/: TypeError: Error ECONNREFUSED$/);
    expect(JSON.stringify(world.lines)).not.toContain("pdp.internal");
  });

  test("of map: it is this server's, and the log has it", async () => {
    const world = inMemory({ principal: { map: (_, principal) => ({ ...principal, roles: [] }) } });
    expect(await refusalOf(world, await world.post())).toEqual([500, 13, "internal"]);
    expect(world.lines[0]?.error).toContain("at least one role");
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("disk full");
      },
    ],
    // Vitest fails where a rejection is nobody's, and Node ends.
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ])("of the log itself, which %s, do not matter", async (_, log) => {
    expect((await inMemory({ log }).post()).status).toBe(200);
    await setImmediate();
  });

  test("go to the console where there is no log, and nothing else does", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const world = inMemory({ log: undefined, pdp: "http://pdp.test" }, () => new Response("down", { status: 502 }));
    expect((await world.post()).status).toBe(503);
    expect((await world.post("{")).status).toBe(400);
    expect(error.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { status: 503, reason: "pdp_unavailable" },
    ]);
    error.mockRestore();
  });

  test.each<[string, unknown]>([
    ["fewer rows than were asked for", { results: [] }],
    ["no rows", {}],
    ["rows that are no list", { results: {} }],
    ["a list", []],
  ])("of the PDP, which answers %s", async (_, answer) => {
    const world = inMemory({}, () => Response.json(answer));
    const response = await world.post();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 14 });
  });
});

test.each<[string, Partial<GatewayOptions> | { [name: string]: unknown }]>([
  ["bodyBytes", { limits: { bodyBytes: 0 } }],
  ["resources", { limits: { resources: 501 } }],
  ["attributeDepth", { limits: { attributeDepth: 65 } }],
  ["inFlight", { limits: { inFlight: 1.5 } }],
  ["inFlightPerSubject", { limits: { inFlightPerSubject: 0 } }],
  ["metadata", { metadata: "false" }],
  ["plans", { plans: null }],
  ["clientAnnotations", { clientAnnotations: 1 }],
  ["scopes", { scopes: "org_acme" }],
  ["scopes", { scopes: ["org_acme", ""] }],
  ["scopes", { scopes: ["*"] }],
  ["policyVersions", { policyVersions: null }],
  ["annotations", { annotations: { page: "x" } }],
  ["pdpResources", { pdpResources: 0 }],
  ["rateLimit", { rateLimit: true }],
  ["log", { log: "console" }],
  ["anonymous", { anonymous: "false" }],
  ["pdp", { pdp: "pdp:3592" }],
  ["pdp", { pdp: [] }],
  ["timeoutMs", { timeoutMs: -1 }],
])("an option that does not hold is named: %s", (name, changes) => {
  expect(() => inMemory(changes as Partial<GatewayOptions>)).toThrow(AuthzError);
  expect(() => inMemory(changes as Partial<GatewayOptions>)).toThrow(name);
});
