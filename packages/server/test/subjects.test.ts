// What counts against whom: shares of the slots, what a refused request costs, and who somebody anonymous is.
import { connect } from "node:net";
import { AuthzError } from "@kinde-cerbos/core";
import { createRateLimiter, type GatewayOptions, peerAddressOf, type RateLimiter } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { Hono } from "hono";
import { describe, expect, test, vi } from "vitest";
import { limitsOf } from "../src/limits.ts";
import { networkOf, setPeerAddress } from "../src/peer-address.ts";
import { allowAll, type Asked, goodBody, goodToken, inMemory, type InMemory } from "./in-memory.ts";
import { createKey, claims } from "./keys.ts";
import { serve } from "./serve.ts";

const PATH = "/authz/api/check/resources";
const bodyOf = async (claimsOf: object, changes: object = {}) =>
  goodBody({ auxData: { jwt: { token: await goodToken(claimsOf) } }, ...changes });
const ask = async (world: InMemory, sub: string, changes: object = {}) =>
  (await world.post(await bodyOf({ sub }, changes))).status;

/** A gateway whose PDP answers when it is told to. */
function slow(changes: Partial<GatewayOptions>) {
  const waiting: (() => void)[] = [];
  const world = inMemory({ timeoutMs: 60_000, ...changes }, async (body: Asked, { signal }) => {
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener("abort", reject);
    });
    return allowAll(body);
  });
  return { world, waiting };
}

describe("slots", () => {
  test("one subject has its share of them, and the others are for others", async () => {
    const { world, waiting } = slow({ limits: { inFlight: 8 } });
    const alice = [ask(world, "alice"), ask(world, "alice")];
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 20_000);
    const third = await world.post(await bodyOf({ sub: "alice" }));
    expect([third.status, third.headers.get("retry-after"), world.lines.at(-1)?.reason]).toEqual([
      429,
      "1",
      "too_busy",
    ]);
    const bob = ask(world, "bob");
    await vi.waitFor(() => expect(waiting).toHaveLength(3), 20_000);
    for (const answer of waiting) answer();
    expect(await Promise.all([...alice, bob])).toEqual([200, 200, 200]);
  });

  test("all subjects together have no more than there are", async () => {
    const { world, waiting } = slow({ limits: { inFlight: 2, inFlightPerSubject: 2 } });
    const first = [ask(world, "alice"), ask(world, "bob")];
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 20_000);
    expect(await ask(world, "carol")).toBe(429);
    for (const answer of waiting) answer();
    expect(await Promise.all(first)).toEqual([200, 200]);
  });

  test.each<[string, Response | Error]>([
    ["answers", Response.json({ results: [{}] })],
    ["refuses", Response.json({ code: 3, message: "invalid" }, { status: 400 })],
    ["answers with something else", new Response("<html>")],
    ["fails", new TypeError("fetch failed")],
  ])("a slot is free again when the PDP %s", async (_, answer) => {
    const world = inMemory({ limits: { inFlight: 1 } }, () => {
      if (answer instanceof Error) throw answer;
      return answer.clone();
    });
    const reasons = new Set<string | null | undefined>();
    for (let turn = 0; turn < 3; turn += 1) {
      await ask(world, "alice");
      reasons.add(world.lines.at(-1)?.reason);
    }
    expect(reasons.size).toBe(1);
    expect(reasons).not.toContain("too_busy");
  });

  test("a slot is free again when its client leaves", async () => {
    const { world, waiting } = slow({ limits: { inFlight: 1 } });
    for (let turn = 1; turn <= 3; turn += 1) {
      const leaving = new AbortController();
      const left = world.post(await bodyOf({}), { signal: leaving.signal });
      await vi.waitFor(() => expect(waiting).toHaveLength(turn), 20_000);
      leaving.abort();
      expect((await left).status).toBe(499);
    }
  });

  test.each<[string, (leave: () => void) => Partial<GatewayOptions>]>([
    [
      "the rate limit is asked",
      (leave) => ({
        rateLimit: () => {
          leave();
          return { allowed: true };
        },
      }),
    ],
    [
      "isRevoked is asked",
      (leave) => ({
        isRevoked: () => {
          leave();
          return false;
        },
      }),
    ],
    [
      "enrich is asked",
      (leave) => ({
        enrichMaxAgeMs: 0,
        principal: {
          enrich: async () => {
            leave();
            return {};
          },
        },
      }),
    ],
    [
      "annotations are asked",
      (leave) => ({
        annotations: () => {
          leave();
          return {};
        },
      }),
    ],
  ])("no slot is kept of a client that leaves while %s", async (_, options) => {
    let leaving = new AbortController();
    const world = inMemory({ limits: { inFlight: 1 }, ...options(() => leaving.abort()) });
    for (let turn = 1; turn <= 3; turn += 1) {
      leaving = new AbortController();
      expect((await world.post(undefined, { signal: leaving.signal })).status).toBe(499);
    }
    expect(world.asked).toEqual([]);
  });

  test("a slot is free again when the PDP's time is up, whatever fetch makes of the signal", async () => {
    const world = inMemory({ limits: { inFlight: 1 }, timeoutMs: 20 }, () => new Promise<Response>(() => {}));
    for (let turn = 1; turn <= 3; turn += 1) expect((await world.post()).status).toBe(504);
  });

  test("no slot is kept of clients that hang up as soon as they have asked", async () => {
    const world = inMemory();
    await using server = await serve(toNodeListener(world.gateway));
    const body = JSON.stringify(await goodBody());
    const asked = `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    // More than all slots, and many times those of one subject.
    for (let sent = 0; sent < 250; sent += 1) {
      const socket = connect(server.port, "127.0.0.1");
      await new Promise((resolve) => socket.end(asked, () => resolve(socket.destroy())));
    }
    await vi.waitFor(() => expect(world.lines).toHaveLength(250), 20_000);
    expect((await fetch(server.url + PATH, { method: "POST", body })).status).toBe(200);
  });

  test("of anonymous requests, each key has a share", async () => {
    const { world, waiting } = slow({
      anonymous: true,
      limits: { inFlight: 8, inFlightPerSubject: 1 },
      anonymousKey: (request) => request.headers.get("x-key"),
    });
    const post = async (key: string) =>
      (await world.post(await goodBody({ auxData: undefined }), { headers: { "x-key": key } })).status;
    const first = post("a");
    await vi.waitFor(() => expect(waiting).toHaveLength(1), 20_000);
    expect(await post("a")).toBe(429);
    const other = post("b");
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 20_000);
    for (const answer of waiting) answer();
    expect(await Promise.all([first, other])).toEqual([200, 200]);
  });

  test.each([
    [1, 1],
    [2, 1],
    [8, 2],
    [200, 50],
    [201, 51],
  ])("of %i slots, a share is %i by default", (inFlight, share) => {
    expect(limitsOf({ inFlight }).inFlightPerSubject).toBe(share);
  });
});

/** Two requests may be made at once, and hardly any later. */
const twice = (): RateLimiter => createRateLimiter({ perMinute: 1, burst: 2 });

describe("the rate of a subject", () => {
  test.each<[string, object, string?]>([
    ["no JSON fields that a PDP takes", { resources: undefined }],
    ["an unknown field", { admin: true }],
    ["a kind that is not taken", { resources: [{ actions: ["view"], resource: { kind: "secret", id: "1" } }] }],
    ["too many resources", { resources: Array.from({ length: 501 }, () => ({})) }],
    [
      "a scope that is not its own",
      { resources: [{ actions: ["view"], resource: { kind: "document", id: "1", scope: "other" } }] },
    ],
    ["a plan, where there are none", {}, "/api/plan/resources"],
  ])("counts a request that is refused for %s", async (_, changes, path = PATH) => {
    const world = inMemory({ rateLimit: twice(), allow: { document: "*" }, plans: false });
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1)
      statuses.push((await world.post(await bodyOf({}, changes), { path })).status);
    expect(statuses.map((status) => (status === 403 ? 400 : status))).toEqual([400, 400, 429]);
    expect(world.asked).toEqual([]);
    expect(await ask(world, "kp_alice")).toBe(429);
    expect(await ask(world, "kp_bob")).toBe(200);
  });

  test("counts no request whose token is not the subject's", async () => {
    const world = inMemory({ rateLimit: twice() });
    const forged = await (
      await createKey("key-1")
    ).sign(claims({ iat: undefined, exp: Math.floor(Date.now() / 1000) + 60 }));
    for (let turn = 0; turn < 10; turn += 1) {
      expect((await world.post(await goodBody({ auxData: { jwt: { token: forged } } }))).status).toBe(401);
    }
    expect(await ask(world, "kp_alice")).toBe(200);
  });

  test("goes by the sub of the token, and not by the principal that options make of it", async () => {
    const world = inMemory({
      rateLimit: twice(),
      principal: { map: (_, principal) => ({ ...principal, id: "everybody" }) },
    });
    expect([await ask(world, "alice"), await ask(world, "alice"), await ask(world, "alice")]).toEqual([200, 200, 429]);
    expect(await ask(world, "bob")).toBe(200);
    expect(world.asked.map(({ body }) => body.principal.id)).toEqual(["everybody", "everybody", "everybody"]);

    const split = inMemory({
      rateLimit: twice(),
      principal: { map: ({ org_code: org }, principal) => ({ ...principal, id: `${principal.id}@${org}` }) },
    });
    const statuses = [];
    for (const org of ["org_a", "org_b", "org_c"])
      statuses.push((await split.post(await bodyOf({ org_code: org }))).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("is looked at before enrich: who is over it calls no account API", async () => {
    const enrich = vi.fn<() => Promise<{ seats: number }>>(async () => ({ seats: 1 }));
    const world = inMemory({ rateLimit: createRateLimiter({ perMinute: 1, burst: 1 }), principal: { enrich } });
    const statuses = new Set<number>();
    for (let turn = 0; turn < 40; turn += 1)
      statuses.add((await world.post(await bodyOf({ org_code: `org_${turn}` }))).status);
    expect(statuses).toEqual(new Set([200, 429]));
    expect(enrich).toHaveBeenCalledTimes(1);
  });
});

/** A gateway for anybody. */
const anonymous = (changes: Partial<GatewayOptions> = {}) =>
  inMemory({ anonymous: true, rateLimit: twice(), ...changes });
/** Asks without a token, from an address. */
const post = async (
  world: InMemory,
  { peer, headers = {} }: { peer?: string; headers?: { [name: string]: string } } = {},
) => {
  const request = new Request(`http://gateway.test${PATH}`, {
    method: "POST",
    headers,
    body: JSON.stringify(await goodBody({ auxData: undefined })),
  });
  setPeerAddress(request, peer);
  return (await world.gateway(request)).status;
};

describe("somebody anonymous", () => {
  test("goes by the peer address, and by none that a header says", async () => {
    const world = anonymous();
    for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip"]) {
      await post(world, { peer: "192.0.2.1", headers: { [name]: `10.0.0.${name.length}` } });
    }
    expect(await post(world, { peer: "192.0.2.1" })).toBe(429);
    expect(await post(world, { peer: "192.0.2.2" })).toBe(200);
  });

  test("goes by the network of an IPv6 address", async () => {
    const world = anonymous();
    expect([
      await post(world, { peer: "2001:db8:1:2::1" }),
      await post(world, { peer: "2001:db8:1:2:ffff::2" }),
    ]).toEqual([200, 200]);
    expect(await post(world, { peer: "2001:db8:1:2::3" })).toBe(429);
    expect(await post(world, { peer: "2001:db8:1:3::1" })).toBe(200);
    // The same IPv4 address, as servers of one and of both families write it.
    expect([await post(world, { peer: "192.0.2.1" }), await post(world, { peer: "::ffff:192.0.2.1" })]).toEqual([
      200, 200,
    ]);
    expect(await post(world, { peer: "192.0.2.1" })).toBe(429);
  });

  test("shares one limit where there is no address, and is no user of that name", async () => {
    const world = anonymous();
    expect([await post(world), await post(world), await post(world)]).toEqual([200, 200, 429]);
    for (const sub of ["anonymous", "anonymous:", "user:"]) expect(await ask(world, sub)).toBe(200);
  });

  test("goes by what the option says, also later, and by its first hundred characters", async () => {
    const world = anonymous({ anonymousKey: async ({ headers }) => headers.get("x-key") });
    const statuses = async (...keys: string[]) => {
      const all = [];
      for (const key of keys) all.push(await post(world, { peer: "192.0.2.1", headers: { "x-key": key } }));
      return all;
    };
    expect(await statuses("a", "a", "a", "b")).toEqual([200, 200, 429, 200]);
    expect(await statuses("2001:db8::1", "2001:db8::2", "2001:db8::3")).toEqual([200, 200, 429]);
    const long = "x".repeat(100);
    expect(await statuses(`${long}1`, `${long}2`, `${long}3`)).toEqual([200, 200, 429]);
    const none = [];
    for (let turn = 0; turn < 3; turn += 1) none.push(await post(world, { peer: `192.0.2.${turn}` }));
    expect(none).toEqual([200, 200, 429]);
  });

  test("is refused if the option fails, and one that is no function is refused at once", async () => {
    const world = anonymous({ anonymousKey: () => Promise.reject(new Error("no")) });
    expect(await post(world)).toBe(500);
    expect(world.asked).toEqual([]);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as an untyped caller writes it
    expect(() => anonymous({ anonymousKey: "x-forwarded-for" } as object)).toThrow(AuthzError);
  });

  test("has the address of the connection, through toNodeListener and Hono on it", async () => {
    const seen: unknown[] = [];
    const app = new Hono();
    app.all("*", (context) => {
      seen.push(peerAddressOf(context.req.raw));
      return context.text("ok");
    });
    for (const handler of [app.fetch, (request: Request) => (seen.push(peerAddressOf(request)), new Response("ok"))]) {
      await using served = await serve(toNodeListener((request) => handler(request)));
      await fetch(served.url, { headers: { "x-forwarded-for": "192.0.2.9" } });
    }
    expect(seen).toEqual(["127.0.0.1", "127.0.0.1"]);
    expect(
      peerAddressOf(new Request("http://gateway.test/", { headers: { "x-forwarded-for": "192.0.2.9" } })),
    ).toBeUndefined();
  });

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.255", "192.0.2.255"],
    ["::FFFF:c000:0201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["a:b", "a:b"],
    ["[::1]", "[::1]"],
    ["192.0.2.1:443", "192.0.2.1:443"],
    ["", ""],
    ["somebody", "somebody"],
  ])("the network of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
