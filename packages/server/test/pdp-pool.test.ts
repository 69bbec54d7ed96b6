// Several PDPs as one, on PDPs in memory: which is asked, and when it is left out. Time is the tests' own.
import { type GatewayOptions } from "@kinde-cerbos/server";
import { describe, expect, test, vi } from "vitest";
import { allowAll, type Asked, inMemory, type InMemory, keys } from "./in-memory.ts";
import { ISSUER } from "./keys.ts";
import { serve } from "./serve.ts";

/** How one PDP is. */
type State = "up" | "down" | "hanging" | "broken";

interface Fleet extends InMemory {
  /** How each of them is, by its name. */
  readonly states: { [name: string]: State };
  /** `a check`, `b health`, in the order asked. */
  readonly calls: string[];
  /** The time, in ms since the epoch. */
  readonly clock: { now: number };
  /** Sends one request; its status. */
  ask(): Promise<number>;
}

function fleet(names: readonly string[], changes: Partial<GatewayOptions> = {}): Fleet {
  const states: Fleet["states"] = Object.fromEntries(names.map((name) => [name, "up"]));
  const calls: string[] = [];
  const clock = { now: Date.now() };
  const world = inMemory({
    pdp: names.map((name) => `http://${name}`),
    now: () => clock.now,
    ...changes,
    fetch: async (url, init) => {
      const { hostname, pathname } = new URL(url);
      const state = states[hostname];
      if (state === undefined) return keys.fetch(url);
      const isHealth = pathname === "/_cerbos/health";
      calls.push(`${hostname} ${isHealth ? "health" : "check"}`);
      if (state === "down") throw new TypeError("fetch failed");
      if (state === "hanging") {
        await new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
      }
      if (state === "broken") return new Response("<html>", { status: 502 });
      if (isHealth) return Response.json({ status: "SERVING" });
      const body: Asked = JSON.parse(typeof init.body === "string" ? init.body : "");
      return allowAll(body);
    },
  });
  return Object.assign(world, {
    states,
    calls,
    clock,
    ask: async () => (await world.post()).status,
  });
}

describe("several PDPs", () => {
  test("are asked in turn", async () => {
    const pdps = fleet(["a", "b", "c"]);
    for (let sent = 0; sent < 6; sent += 1) expect(await pdps.ask()).toBe(200);
    for (const name of ["a", "b", "c"]) expect(pdps.calls.filter((call) => call === `${name} check`)).toHaveLength(2);
    expect(new Set(pdps.lines.map(({ pdps: [place] }) => place))).toEqual(new Set([0, 1, 2]));
  });

  test.each<State>(["down", "broken", "hanging"])(
    "one that is %s loses no check, and is left out from then on",
    async (state) => {
      const pdps = fleet(["a", "b"], { timeoutMs: 30_000, attemptTimeoutMs: 20 });
      pdps.states["a"] = state;
      for (let sent = 0; sent < 8; sent += 1) expect(await pdps.ask()).toBe(200);
      expect(pdps.calls.filter((call) => call === "a check")).toHaveLength(1);
      expect(pdps.lines.every(({ pdps: [place] }) => place === 1)).toBe(true);
    },
  );

  test("one that failed has its health checked, once in a while, and is asked again when it is well", async () => {
    const pdps = fleet(["a", "b"], { healthCheckMs: 1000 });
    pdps.states["a"] = "down";
    for (let sent = 0; sent < 4; sent += 1) await pdps.ask();
    expect(pdps.calls).not.toContain("a health");

    pdps.clock.now += 1000;
    for (let sent = 0; sent < 4; sent += 1) await pdps.ask();
    expect(pdps.calls.filter((call) => call === "a health")).toHaveLength(1);
    expect(pdps.calls.filter((call) => call === "a check")).toHaveLength(1);

    pdps.states["a"] = "up";
    pdps.clock.now += 1000;
    await pdps.ask();
    await vi.waitFor(async () => {
      await pdps.ask();
      expect(pdps.calls.filter((call) => call === "a check").length).toBeGreaterThan(1);
    }, 20_000);
  });

  test("none that is well: those that failed are asked all the same", async () => {
    const pdps = fleet(["a", "b"]);
    pdps.states["a"] = pdps.states["b"] = "down";
    expect(await pdps.ask()).toBe(503);
    pdps.states["b"] = "up";
    expect(await pdps.ask()).toBe(200);
  });

  test("that are all down, broken or hanging: the answer says so, and nothing is allowed", async () => {
    const pdps = fleet(["a", "b"], { timeoutMs: 500 });
    for (const [state, status] of [
      ["down", 503],
      ["broken", 503],
      ["hanging", 504],
    ] as const) {
      pdps.states["a"] = pdps.states["b"] = state;
      expect(await pdps.ask()).toBe(status);
    }
  });

  test("that refuse a request are not asked about it again", async () => {
    const world = inMemory({ pdp: ["http://a", "http://b"] }, () =>
      Response.json({ code: 3, message: "invalid" }, { status: 400 }),
    );
    expect((await world.post()).status).toBe(400);
    expect(world.asked).toHaveLength(1);
  });
});

describe("one PDP", () => {
  test("is asked twice, as a connection that was kept may have been closed", async () => {
    let requests = 0;
    const world = inMemory({}, (body) => {
      requests += 1;
      if (requests === 1) throw new TypeError("other side closed");
      return allowAll(body);
    });
    expect((await world.post()).status).toBe(200);
  });

  test("that does not answer in time is not asked twice", async () => {
    const pdps = fleet(["a"], { timeoutMs: 30 });
    pdps.states["a"] = "hanging";
    expect(await pdps.ask()).toBe(504);
    expect(pdps.calls).toEqual(["a check"]);
  });
});

describe("hedging", () => {
  test("is off: a slow PDP is waited for", async () => {
    const pdps = fleet(["a", "b"], { timeoutMs: 50, attemptTimeoutMs: 10_000 });
    pdps.states["a"] = pdps.states["b"] = "hanging";
    expect(await pdps.ask()).toBe(504);
    expect(pdps.calls).toHaveLength(1);
  });

  test("asks a second one after a while, and the first answer counts", async () => {
    const pdps = fleet(["a", "b"], { timeoutMs: 10_000, hedgeAfterMs: 5 });
    pdps.states["a"] = "hanging";
    for (let sent = 0; sent < 4; sent += 1) expect(await pdps.ask()).toBe(200);
    expect(pdps.lines.map(({ pdps: [place] }) => place)).toEqual([1, 1, 1, 1]);
    // Slow is not failed: whoever was overtaken is asked again in its turn.
    expect(pdps.calls.filter((call) => call === "a check").length).toBeGreaterThan(1);
  });
});

test("a client that leaves ends the request to the PDP, and counts as no failure of it", async () => {
  const pdps = fleet(["a", "b"], { timeoutMs: 10_000 });
  pdps.states["a"] = pdps.states["b"] = "hanging";
  const leaving = new AbortController();
  const asked = pdps.post(undefined, { signal: leaving.signal });
  await vi.waitFor(() => expect(pdps.calls).toHaveLength(1), 20_000);
  leaving.abort();
  expect((await asked).status).toBe(499);
  pdps.states["a"] = pdps.states["b"] = "up";
  for (let sent = 0; sent < 4; sent += 1) await pdps.ask();
  expect(new Set(pdps.calls)).toEqual(new Set(["a check", "b check"]));
});

// By the platform's own fetch: what it would follow is not seen by one in memory.
test.each([301, 302, 303, 307, 308])(
  "a redirect with %i is not followed, by a check or a look at health: the token goes nowhere else",
  async (status) => {
    const [redirected, elsewhere]: string[][] = [[], []];
    await using other = await serve((request, response) => {
      elsewhere?.push(request.url ?? "");
      request.resume();
      response.end(
        JSON.stringify({ status: "SERVING", results: [{ actions: { view: "EFFECT_ALLOW" } }], cerbosCallId: "call" }),
      );
    });
    await using redirecting = await serve((request, response) => {
      redirected?.push(request.url ?? "");
      request.resume();
      response.writeHead(status, { location: `${other.url}${request.url}` }).end();
    });
    let now = Date.now();
    const sent: Promise<unknown>[] = [];
    const world = inMemory({
      pdp: redirecting.url,
      now: () => now,
      fetch: (url, init) => {
        if (url.startsWith(ISSUER)) return keys.fetch(url);
        const answer = fetch(url, init);
        sent.push(answer);
        return answer;
      },
    });
    expect((await world.post()).status).toBe(503);
    now += 1000;
    expect((await world.post()).status).toBe(503);
    await Promise.allSettled(sent);
    expect(new Set(redirected)).toEqual(new Set(["/api/check/resources", "/_cerbos/health"]));
    expect(elsewhere).toEqual([]);
  },
);
