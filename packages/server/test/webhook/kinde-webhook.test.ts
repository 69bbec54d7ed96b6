// What counts as an event of Kinde's webhooks, and what is made of it.
import { AuthzError } from "@kinde-cerbos/core";
import {
  createKindeWebhook,
  createMemoryBus,
  type EventBus,
  type RightsChange,
  type KindeWebhookLogLine,
  type KindeWebhookOptions,
} from "@kinde-cerbos/server";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { claims, createKey, encoded, ISSUER, type Key, NOW, serveKeys } from "../keys.ts";

const NOW_MS = NOW * 1000;
const HOUR_MS = 3_600_000;
let key: Key;
let other: Key;
beforeAll(async () => {
  [key, other] = await Promise.all([createKey("key-1"), createKey("key-1")]);
});

/** As Kinde sends it, by its documentation and the tests of @kinde/webhooks: no `iss`, no `iat`, no `exp`. */
const userUpdated = (changes: object = {}) => ({
  data: {
    user: {
      email: "alice@example.com",
      first_name: "Alice",
      id: "kp_alice",
      is_password_reset_requested: false,
      is_suspended: false,
      last_name: "Example",
      organizations: [{ code: "org_acme", permissions: null, roles: null }],
      phone: null,
      username: null,
    },
  },
  event_id: "event_1",
  source: "admin",
  timestamp: new Date(NOW_MS - 1500).toISOString(),
  type: "user.updated",
  ...changes,
});

/** A webhook with the time of the tests, and all that it said. */
function createWorld(options: Partial<KindeWebhookOptions> = {}, bus?: EventBus) {
  const world = {
    now: NOW_MS,
    changes: [] as (RightsChange | undefined)[],
    lines: [] as KindeWebhookLogLine[],
    rightsChanged: vi.fn<(change?: RightsChange) => Promise<void>>(async (change) => {
      world.changes.push(change);
    }),
    keys: serveKeys(key),
  };
  const events = { rightsChanged: world.rightsChanged, bus: bus ?? createMemoryBus(() => world.now) };
  const handler = createKindeWebhook({
    issuer: ISSUER,
    events,
    fetch: world.keys.fetch,
    now: () => world.now,
    log: (line) => void world.lines.push(line),
    ...options,
  });
  const send = (body: string | null, init: RequestInit = {}) =>
    handler(
      new Request("https://app.test/kinde", {
        method: "POST",
        headers: { "content-type": "application/jwt" },
        body,
        ...init,
      }),
    );
  return Object.assign(world, { send });
}
type World = ReturnType<typeof createWorld>;
let world: World;
beforeEach(() => {
  world = createWorld();
});

const data = (name: string, fields: object) => ({ [name]: fields });

describe("an event of Kinde's", () => {
  test.each<[type: string, data: object, change: object]>([
    ["user.updated", userUpdated().data, { subject: "kp_alice", at: NOW_MS - 1500, areClaimsCached: false }],
    [
      "user.deleted",
      data("user", { id: "kp_alice" }),
      { subject: "kp_alice", at: NOW_MS - 1500, areClaimsCached: false },
    ],
    [
      "organization.updated",
      data("organization", { code: "org_acme", name: "Acme" }),
      { organization: "org_acme", at: NOW_MS, areClaimsCached: true },
    ],
    [
      "organization.deleted",
      data("organization", { code: "org_acme" }),
      { organization: "org_acme", at: NOW_MS, areClaimsCached: true },
    ],
    ["role.updated", data("role", { id: "1", key: "admin" }), { at: NOW_MS, areClaimsCached: true }],
    ["role.deleted", data("role", { id: "1" }), { at: NOW_MS, areClaimsCached: true }],
    ["permission.updated", data("permission", { id: "1", key: "x" }), { at: NOW_MS, areClaimsCached: true }],
    ["permission.deleted", data("permission", { id: "1" }), { at: NOW_MS, areClaimsCached: true }],
    ["feature_flag.updated", data("feature_flag", { key: "beta" }), { at: NOW_MS, areClaimsCached: true }],
  ])("%s is a change for as few as it names", async (type, about, change) => {
    const response = await world.send(await key.sign(userUpdated({ type, data: about })));
    expect([response.status, await response.text()]).toEqual([200, "{}"]);
    expect(world.changes).toEqual([change]);
    expect(world.lines).toEqual([{ status: 200, outcome: "changed", reason: null, type, eventId: "event_1" }]);
  });

  test.each([
    "user.created",
    "user.authenticated",
    "role.created",
    "permission.created",
    "customer.plan_changed",
    "new",
  ])("%s changes nobody's rights: it is acknowledged, and logged", async (type) => {
    expect((await world.send(await key.sign(userUpdated({ type })))).status).toBe(200);
    expect(world.changes).toEqual([]);
    expect(world.lines).toMatchObject([{ outcome: "ignored", type }]);
  });

  test("which names no user is about everybody", async () => {
    await world.send(await key.sign(userUpdated({ data: { user: { id: 7 } } })));
    expect(world.changes).toEqual([{ at: NOW_MS - 1500, areClaimsCached: false }]);
  });

  test("may have the time as Kinde writes it, with microseconds and a zone, and of a clock that is ahead", async () => {
    const timestamp = `${new Date(NOW_MS + 10 * HOUR_MS + 2000).toISOString().replace("Z", "")}456+10:00`;
    expect((await world.send(await key.sign(userUpdated({ timestamp })))).status).toBe(200);
    expect(world.changes).toEqual([{ subject: "kp_alice", at: NOW_MS, areClaimsCached: false }]);
  });

  test.each([{ "content-type": "application/jwt" }, { "content-type": "application/json; charset=utf-8" }, {}])(
    "comes as %o",
    async (headers) => {
      expect((await world.send(await key.sign(userUpdated()), { headers })).status).toBe(200);
      expect(world.changes).toHaveLength(1);
    },
  );

  test("may name its issuer, which then is the one it has to be", async () => {
    expect((await world.send(await key.sign(userUpdated({ iss: ISSUER })))).status).toBe(200);
    expect(
      (await world.send(await key.sign(userUpdated({ iss: "https://other.kinde.com", event_id: "2" })))).status,
    ).toBe(401);
    expect(world.changes).toHaveLength(1);
  });

  test("of a type that an app knows better is what the app says", async () => {
    world = createWorld({
      changeOf: ({ type }) => (type === "user.updated" ? null : type === "customer.plan_changed" ? {} : undefined),
    });
    for (const type of ["user.updated", "customer.plan_changed", "user.deleted"])
      await world.send(await key.sign(userUpdated({ type, event_id: type })));
    expect(world.changes).toEqual([{}, { subject: "kp_alice", at: NOW_MS - 1500, areClaimsCached: false }]);
  });

  test("and may be looked up: what comes later is not a change of everybody", async () => {
    world = createWorld({ changeOf: async ({ type }) => (type === "user.updated" ? { subject: "kp_bob" } : null) });
    for (const type of ["user.updated", "user.deleted"])
      await world.send(await key.sign(userUpdated({ type, event_id: type })));
    expect(world.changes).toEqual([{ subject: "kp_bob" }]);
  });
});

/** A genuine token with another payload. */
const forged = async (): Promise<string> => {
  const [header, , signature] = (await key.sign(userUpdated({ type: "user.created" }))).split(".");
  return `${header}.${encoded(userUpdated())}.${signature}`;
};

describe("what is not Kinde's", () => {
  const none = encoded({ alg: "none", typ: "JWT", kid: "key-1" });
  const hs256 = encoded({ alg: "HS256", typ: "JWT", kid: "key-1" });
  test.each<[what: string, reason: string, jwt: () => string | Promise<string>]>([
    ["nothing", "token_malformed", () => ""],
    ["JSON", "token_malformed", () => JSON.stringify(userUpdated())],
    ["no signature", "token_malformed", () => `${none}.${encoded(userUpdated())}`],
    ["a signature of no algorithm", "token_algorithm", () => `${none}.${encoded(userUpdated())}.AAAA`],
    ["another algorithm", "token_algorithm", () => `${hs256}.${encoded(userUpdated())}.AAAA`],
    ["a payload of one's own", "token_signature", forged],
    ["another key of that name", "token_signature", () => other.sign(userUpdated())],
    ["an unknown key", "token_key_unknown", () => key.sign(userUpdated(), { kid: "key-2" })],
    ["a key of one's own in the header", "token_signature", () => other.sign(userUpdated(), { jwk: other.jwk })],
    ["an access token", "token_claims", () => key.sign(claims())],
    ["an access token with the claims of an event", "token_claims", () => key.sign(claims(userUpdated()))],
    ["an id token", "token_claims", () => key.sign({ ...userUpdated(), sub: "kp_alice", at_hash: "x" })],
    ["a machine's token", "token_claims", () => key.sign({ ...userUpdated(), gty: ["client_credentials"] })],
    ["no type", "token_claims", () => key.sign(userUpdated({ type: undefined }))],
    ["no id", "token_claims", () => key.sign(userUpdated({ event_id: "" }))],
    ["no time", "token_claims", () => key.sign(userUpdated({ timestamp: "soon" }))],
    ["no data", "token_claims", () => key.sign(userUpdated({ data: null }))],
    ["an end that is past", "token_expired", () => key.sign(userUpdated({ exp: NOW - 60 }))],
    [
      "an old one",
      "token_expired",
      () => key.sign(userUpdated({ timestamp: new Date(NOW_MS - 49 * HOUR_MS).toISOString() })),
    ],
    [
      "one to come",
      "token_not_yet_valid",
      () => key.sign(userUpdated({ timestamp: new Date(NOW_MS + HOUR_MS).toISOString() })),
    ],
  ])("%s: refused without a word why, and the log has it", async (_, reason, jwt) => {
    const response = await world.send(await jwt());
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: 16, message: "This is not a recent event that the issuer has signed." },
    ]);
    expect(world.changes).toEqual([]);
    expect(world.lines).toEqual([{ status: 401, outcome: "refused", reason, type: null, eventId: null }]);
  });

  test.each<[status: number, reason: string, init: () => RequestInit]>([
    [405, "method_not_allowed", () => ({ method: "GET", body: null })],
    [405, "method_not_allowed", () => ({ method: "PUT" })],
    [415, "content_type_not_supported", () => ({ headers: { "content-type": "application/x-www-form-urlencoded" } })],
    [413, "body_too_large", () => ({ body: "a".repeat(1_048_577) })],
  ])("%i for another request", async (status, reason, init) => {
    const response = await world.send(await key.sign(userUpdated()), init());
    expect(response.status).toBe(status);
    expect(world.changes).toEqual([]);
    expect(world.lines).toMatchObject([{ outcome: "refused", reason }]);
  });

  test("keys that cannot be fetched refuse nothing: Kinde delivers the event again", async () => {
    world.keys.answer = () => new Response(null, { status: 500 });
    expect((await world.send(await key.sign(userUpdated()))).status).toBe(503);
    world.keys.answer = undefined;
    world.now += 5000;
    expect((await world.send(await key.sign(userUpdated()))).status).toBe(200);
    expect(world.lines).toMatchObject([{ outcome: "failed", reason: "issuer_unavailable" }, { outcome: "changed" }]);
    expect(world.changes).toHaveLength(1);
  });
});

describe("an event that comes again", () => {
  test("is acknowledged, and reported once, in all processes of a bus", async () => {
    const bus = createMemoryBus(() => NOW_MS);
    const worlds = [createWorld({}, bus), createWorld({}, bus)];
    const jwt = await key.sign(userUpdated());
    for (const { send } of [...worlds, ...worlds]) expect((await send(jwt)).status).toBe(200);
    expect(worlds.map(({ changes }) => changes.length)).toEqual([1, 0]);
    expect(worlds[1]?.lines).toMatchObject([{ outcome: "repeated" }, { outcome: "repeated" }]);
  });

  test("is known as long as it would be accepted", async () => {
    const jwt = await key.sign(userUpdated());
    const statuses: number[] = [];
    for (const hours of [0, 1, 12, 24, 36, 47, 49]) {
      world.now = NOW_MS + hours * HOUR_MS;
      statuses.push((await world.send(jwt)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 401]);
    expect(world.changes).toHaveLength(1);
  });

  test("is handled if it could not be reported the first time", async () => {
    const jwt = await key.sign(userUpdated());
    world.rightsChanged.mockRejectedValueOnce(new Error("redis://:secret@redis is down"));
    const response = await world.send(jwt);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect((await world.send(jwt)).status).toBe(200);
    expect(world.changes).toHaveLength(1);
    expect(world.lines).toMatchObject([{ outcome: "failed", error: expect.not.stringContaining("secret") }, {}]);
  });

  test("is handled if the bus failed with it, and could not even give the claim up", async () => {
    const bus = createMemoryBus(() => world.now);
    const release = vi.fn<EventBus["release"]>((name) => bus.release(name)).mockRejectedValueOnce(new Error("down"));
    world = createWorld({}, { ...bus, release });
    const jwt = await key.sign(userUpdated());
    world.rightsChanged.mockRejectedValueOnce(new TypeError("down"));
    expect((await world.send(jwt)).status).toBe(500);
    expect(world.lines).toMatchObject([{ outcome: "failed", error: expect.stringContaining("TypeError") }]);
    world.now += 120_000;
    expect((await world.send(jwt)).status).toBe(200);
    expect(world.changes).toHaveLength(1);
  });

  test("while it is being handled is not acknowledged: nobody knows yet how that ends", async () => {
    const jwt = await key.sign(userUpdated());
    const first = Promise.withResolvers<void>();
    world.rightsChanged.mockReturnValueOnce(first.promise);
    const answer = world.send(jwt);
    await vi.waitFor(() => expect(world.rightsChanged).toHaveBeenCalledOnce(), 20_000);
    expect((await world.send(jwt)).status).toBe(500);
    first.reject(new Error("down"));
    expect((await answer).status).toBe(500);
    expect((await world.send(jwt)).status).toBe(200);
    expect((await world.send(jwt)).status).toBe(200);
    expect(world.changes).toHaveLength(1);
  });

  test("is not acknowledged after a claim that came into effect without an answer", async () => {
    const bus = createMemoryBus(() => world.now);
    const claim = vi.fn<EventBus["claim"]>((name, forMs) => bus.claim(name, forMs));
    claim.mockImplementationOnce(async (name, forMs) => {
      await bus.claim(name, forMs);
      throw new Error("no answer");
    });
    world = createWorld({}, { ...bus, claim });
    const jwt = await key.sign(userUpdated());
    expect((await world.send(jwt)).status).toBe(500);
    expect((await world.send(jwt)).status).toBe(500);
    world.now += 120_000;
    expect((await world.send(jwt)).status).toBe(200);
    expect(world.changes).toHaveLength(1);
  });

  test("is not handled while nobody knows whether it was: the bus is down", async () => {
    world = createWorld({}, { ...createMemoryBus(), claim: () => Promise.reject(new Error("down")) });
    expect((await world.send(await key.sign(userUpdated()))).status).toBe(500);
    expect(world.changes).toEqual([]);
  });
});

describe("its options", () => {
  const events = { rightsChanged: async () => {}, bus: createMemoryBus() };
  test.each<object>([
    { issuer: "http://example.kinde.com" },
    { events: {} },
    { events: { rightsChanged: async () => {} } },
    { maxAgeMs: 1 },
    { changeOf: "user.updated" },
    { log: true },
    { maxAge: 60_000 },
  ])("one that does not hold is named: %o", (options) => {
    const create = () => createKindeWebhook({ issuer: ISSUER, events, ...options });
    expect(create).toThrow(AuthzError);
    expect(create).toThrow(Object.keys(options).at(-1));
  });

  test("a log that throws changes nothing", async () => {
    world = createWorld({
      log: () => {
        throw new Error("the disk is full");
      },
    });
    expect((await world.send(await key.sign(userUpdated()))).status).toBe(200);
  });

  describe("without a log", () => {
    afterEach(() => vi.restoreAllMocks());
    test("what failed is on console.error, and nothing else", async () => {
      const printed = vi.spyOn(console, "error").mockImplementation(() => {});
      world = createWorld({ log: undefined });
      world.rightsChanged.mockRejectedValueOnce(new Error("down"));
      await world.send(await key.sign(userUpdated()));
      await world.send("forged");
      expect(printed.mock.calls).toEqual([[expect.stringContaining('"eventId":"event_1"')]]);
    });
  });
});
