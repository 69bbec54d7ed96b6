// Who gets a stream of events, what begins it, and what ends it.
import { createEvents } from "@kinde-cerbos/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { goodToken, inMemory, refusalOf } from "../in-memory.ts";
import { type LiveWorld, liveWorld, openPage, type Page, seconds } from "./page.ts";

// A token is read at the time at which it was made.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const get = async (world: LiveWorld, init: RequestInit = {}, path = "/authz/api/events"): Promise<Response> =>
  world.gateway(new Request(`http://gateway.test${path}`, init));
const bearer = async (claims: object = {}): Promise<{ authorization: string }> => ({
  authorization: `Bearer ${await goodToken(claims)}`,
});

/** Opens as many as are free, and tells how many. */
async function freeSlots(world: LiveWorld, most: number): Promise<number> {
  const pages: Page[] = [];
  for (let count = 0; count < most; count += 1) {
    const page = await world.open();
    if (page.response.status !== 200) break;
    pages.push(page);
  }
  for (const page of pages) await page.leave();
  return pages.length;
}

describe("a stream", () => {
  test("begins with a hello at once, under headers that no proxy holds back", async () => {
    using world = liveWorld({ heartbeatMs: 5000 });
    await using page = await world.open();
    const { status, headers } = page.response;
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toEqual({
      "content-type": "text/event-stream",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
      "x-request-id": world.lines[0]?.requestId,
    });
    expect(await page.next()).toEqual({ event: "hello", id: String(Date.now()), data: { heartbeatMs: 5000 } });
    expect(world.lines).toMatchObject([{ path: "events", status: 200, reason: null, resources: 0, pdps: [] }]);
  });

  test("has a heartbeat, which is no event and says where to resume", async () => {
    using world = liveWorld({ heartbeatMs: 5000 });
    await using page = await world.open();
    await page.more();
    const hello = page.text();
    await vi.advanceTimersByTimeAsync(5000);
    await page.more();
    expect(page.text().slice(hello.length)).toBe(`:\nid: ${Date.now()}\n\n`);
    await vi.advanceTimersByTimeAsync(5000);
    await page.more();
    expect(page.text().match(/^:$/gm)).toHaveLength(2);
  });

  test("ends with its token, and with the skew that checks have", async () => {
    using world = liveWorld({ heartbeatMs: 60_000 }, { clockSkewMs: 3000 });
    const page = await world.open({ exp: seconds() + 60 });
    await page.next();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(vi.getTimerCount()).toBe(2);
    const next = page.next();
    await vi.advanceTimersByTimeAsync(3000);
    expect(await next).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not end with a token that lives on", async () => {
    using world = liveWorld({ heartbeatMs: 60_000 });
    await using page = await world.open({ exp: seconds() + 86_400 * 60 });
    await page.next();
    await vi.advanceTimersByTimeAsync(3_600_000);
    await world.events.policiesChanged();
    expect(await page.next()).toMatchObject({ event: "outdated" });
  });

  test("ends when the events are closed, and no new one opens", async () => {
    using world = liveWorld();
    const page = await world.open();
    await page.next();
    world.events.close();
    expect(await page.next()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
    expect(await refusalOf(world, (await world.open()).response)).toEqual([429, 8, "too_busy"]);
    await world.events.policiesChanged();
  });

  test("of a client that does not read is closed, and its bytes are dropped", async () => {
    using world = liveWorld({ maxStreams: 1 });
    const page = await world.open();
    const kinds = Array.from({ length: 100 }, (_, index) => `kind-${index}`);
    for (let count = 0; count < 12; count += 1) await world.events.policiesChanged({ kinds });
    expect(vi.getTimerCount()).toBe(2);
    for (let count = 0; count < 12; count += 1) await world.events.policiesChanged({ kinds });
    expect(vi.getTimerCount()).toBe(0);
    await expect(page.next()).rejects.toThrow("does not read");
    expect(await freeSlots(world, 1)).toBe(1);
  });
});

describe("whoever has no good token", () => {
  test.each<[string, () => Promise<RequestInit>, string, string]>([
    ["no token", async () => ({}), "/authz/api/events", "token_missing"],
    [
      "another scheme",
      async () => ({ headers: { authorization: "Basic eA==" } }),
      "/authz/api/events",
      "token_missing",
    ],
    ["no JWT", async () => ({ headers: { authorization: "Bearer x" } }), "/authz/api/events", "token_malformed"],
    ["an old one", async () => ({ headers: await bearer({ exp: seconds() - 60 }) }), "/api/events", "token_expired"],
    ["another's", async () => ({ headers: await bearer({ azp: "other", aud: [] }) }), "/api/events", "token_client"],
    ["a broken claim", async () => ({ headers: await bearer({ org_code: 1 }) }), "/api/events", "token_claims"],
  ])("gets none: %s", async (_, init, path, reason) => {
    using world = liveWorld();
    expect(await refusalOf(world, await get(world, await init(), path))).toEqual([401, 16, reason]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(["token", "access_token", "authorization"])("cannot send it in the URL, as %s", async (name) => {
    using world = liveWorld();
    const response = await get(world, {}, `/authz/api/events?${name}=${await goodToken()}`);
    expect(await refusalOf(world, response)).toEqual([401, 16, "token_missing"]);
  });

  test("gets none where anonymous checks are answered", async () => {
    using world = liveWorld({}, { anonymous: true });
    expect(await refusalOf(world, await get(world))).toEqual([401, 16, "token_missing"]);
  });

  test("gets none with a revoked token", async () => {
    using world = liveWorld({}, { isRevoked: () => true });
    expect(await refusalOf(world, (await world.open()).response)).toEqual([401, 16, "token_revoked"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const tokenOf = (request: Request): string | null =>
  /session=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;

describe("a session in a cookie", () => {
  test("opens a stream for a page of the same origin alone", async () => {
    using world = liveWorld({}, { tokenOf, corsOrigins: "*" });
    const cookie = `session=${await goodToken()}`;
    const site = async (name: string): Promise<Response> => get(world, { headers: { cookie, "sec-fetch-site": name } });
    const own = await site("same-origin");
    expect(own.status).toBe(200);
    await own.body?.cancel();
    for (const name of ["cross-site", "same-site", "none"]) {
      expect(await refusalOf(world, await site(name))).toEqual([403, 7, "cross_site"]);
    }
    const other = { cookie, origin: "https://other.example.com", host: "gateway.test" };
    expect(await refusalOf(world, await get(world, { headers: other }))).toEqual([403, 7, "cross_site"]);
    expect(await refusalOf(world, await get(world, { headers: { "sec-fetch-site": "same-origin" } }))).toEqual([
      401,
      16,
      "token_missing",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("limits", () => {
  test("hold for each user, and a slot is free again however a stream ends", async () => {
    using world = liveWorld({ maxStreamsPerSubject: 2, heartbeatMs: 60_000 });
    const leaving = new AbortController();
    const first = await world.open();
    await using second = await world.open({ signal: leaving.signal });
    const refused = (await world.open()).response;
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await refusalOf(world, refused)).toEqual([429, 8, "too_busy"]);
    await using other = await world.open({ sub: "kp_bob" });
    expect(other.response.status).toBe(200);
    await first.leave();
    expect(await freeSlots(world, 3)).toBe(1);
    leaving.abort();
    expect(await freeSlots(world, 3)).toBe(2);
    await second.next();
    expect(await second.next()).toBeNull();
    await using third = await world.open({ exp: seconds() + 30 });
    expect(await freeSlots(world, 3)).toBe(1);
    await vi.advanceTimersByTimeAsync(36_000);
    expect(await third.next()).not.toBeNull();
    expect(await third.next()).toBeNull();
    expect(await freeSlots(world, 3)).toBe(2);
  });

  test("hold for all together", async () => {
    using world = liveWorld({ maxStreams: 2 });
    await using first = await world.open({ sub: "kp_a" });
    await using second = await world.open({ sub: "kp_b" });
    expect([first.response.status, second.response.status]).toEqual([200, 200]);
    expect(await refusalOf(world, (await world.open({ sub: "kp_c" })).response)).toEqual([429, 8, "too_busy"]);
    await first.leave();
    await using third = await world.open({ sub: "kp_c" });
    expect(third.response.status).toBe(200);
  });

  test("take no slot for a client that has left by then", async () => {
    using world = liveWorld();
    const response = (await world.open({ signal: AbortSignal.abort() })).response;
    expect(await refusalOf(world, response)).toEqual([499, 1, "aborted"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of rates count a stream as one", async () => {
    const rateLimit = vi.fn<() => { allowed: true } | { allowed: false; retryAfterMs: number }>(() => ({
      allowed: true,
    }));
    using world = liveWorld({}, { rateLimit });
    await using page = await world.open();
    expect(page.response.status).toBe(200);
    expect(rateLimit).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ subject: "user:kp_alice", cost: 1 }));
    rateLimit.mockReturnValue({ allowed: false, retryAfterMs: 2000 });
    const refused = (await world.open()).response;
    expect(refused.headers.get("retry-after")).toBe("2");
    expect(await refusalOf(world, refused)).toEqual([429, 8, "rate_limited"]);
  });
});

describe("the address", () => {
  test("is not found without the option", async () => {
    const world = inMemory();
    expect(await refusalOf(world, (await openPage(world.gateway)).response)).toEqual([404, 5, "not_found"]);
    expect(world.lines).toMatchObject([{ path: null }]);
  });

  test.each(["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])("takes GET, and not %s", async (method) => {
    using world = liveWorld();
    const response = await get(world, { method, headers: await bearer() });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });

  test("is open to pages of another origin that may ask", async () => {
    const origin = "https://app.example.com";
    using world = liveWorld({}, { corsOrigins: [origin] });
    const preflight = await get(world, { method: "OPTIONS", headers: { origin } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, content-type, last-event-id");
    await using page = await world.open({ headers: { origin } });
    expect(page.response.headers.get("access-control-allow-origin")).toBe(origin);
    const foreign = await world.open({ headers: { origin: "https://other.example.com" } });
    expect(foreign.response.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("serves the events of another copy of this package", async () => {
    const events = createEvents();
    vi.resetModules();
    const other = await import("@kinde-cerbos/server");
    expect(other.createEvents).not.toBe(createEvents);
    const { issuer, clientId, pdp } = { issuer: "https://example.kinde.com", clientId: "app", pdp: "http://pdp.test" };
    expect(() => other.createGateway({ issuer, clientId, pdp, events })).not.toThrow();
    events.close();
  });
});
