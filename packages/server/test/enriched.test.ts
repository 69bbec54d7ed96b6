// What `principal.enrich` adds: asked once for a token and a while, and less often where it fails.
import { type EnrichContext, type PrincipalOptions } from "@kinde-cerbos/core";
import { expect, test, vi } from "vitest";
import { createEnrichment } from "../src/enriched.ts";
import { type Asked, goodBody, goodToken, inMemory } from "./in-memory.ts";
import { respelled } from "./keys.ts";

type Enrich = NonNullable<PrincipalOptions["enrich"]>;

/** A gateway whose `enrich` counts its calls. */
function counting(changes: { enrichMaxAgeMs?: number } = {}) {
  const state = { calls: 0, fails: false, now: Math.floor(Date.now() / 1000) * 1000 };
  const enrich = async (_: unknown, { token }: EnrichContext) => {
    state.calls += 1;
    if (state.fails) throw new Error("Kinde is down");
    return { seats: state.calls, ends: token.length };
  };
  const world = inMemory({ principal: { enrich }, now: () => state.now, ...changes });
  const ask = async (token: string): Promise<number> =>
    (await world.post(await goodBody({ auxData: { jwt: { token } } }))).status;
  return { state, world, ask };
}

const seatsOf = ({ principal }: Asked): unknown => Reflect.get(Object(Reflect.get(principal, "attr")), "seats");

test("is asked once for a token, also by requests at one time, and again after a while", async () => {
  const { state, world, ask } = counting();
  const token = await goodToken();
  expect(await Promise.all([ask(token), ask(token), ask(token)])).toEqual([200, 200, 200]);
  expect(state.calls).toBe(1);
  expect(world.asked.map(({ body }) => seatsOf(body))).toEqual([1, 1, 1]);
  state.now += 60_000;
  await ask(token);
  expect(state.calls).toBe(2);
});

test("is asked once, however the signature of a token is spelled", async () => {
  const { state, ask } = counting();
  const token = await goodToken();
  const answers = await Promise.all(respelled(token, 4).map(ask));
  expect(answers.filter((status) => status === 200)).toHaveLength(1);
  expect(state.calls).toBe(1);
});

test("is asked for each token", async () => {
  const { state, ask } = counting();
  await ask(await goodToken());
  await ask(await goodToken({ org_code: "org_other" }));
  expect(state.calls).toBe(2);
});

test("is asked each time where that is wanted", async () => {
  const { state, ask } = counting({ enrichMaxAgeMs: 0 });
  const token = await goodToken();
  for (let sent = 0; sent < 3; sent += 1) await ask(token);
  expect(state.calls).toBe(3);
});

test.each(["succeeds", "fails"])(
  "requests at one time share a call that %s, also where nothing is kept",
  async (how) => {
    const ended = Promise.withResolvers<{ seats: number }>();
    const enrich = vi.fn<Enrich>(() => ended.promise);
    const { options } = createEnrichment({ enrich }, 0, () => 0);
    const digest = vi.spyOn(crypto.subtle, "digest");
    const asked = [1, 2, 3].map(() =>
      Promise.resolve(options?.enrich?.({ sub: "kp_alice" }, { token: "t", signal: new AbortController().signal })),
    );
    // All have seen whether there is a call.
    await Promise.all(digest.mock.results.map(({ value }) => value));
    await new Promise((resolve) => setImmediate(resolve));
    digest.mockRestore();
    if (how === "fails") ended.reject(new Error("Kinde is down"));
    else ended.resolve({ seats: 1 });
    const outcomes = await Promise.allSettled(asked);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(
      new Set([how === "fails" ? "rejected" : "fulfilled"]),
    );
    expect(enrich).toHaveBeenCalledTimes(1);
  },
);

test("keeps a failure for a moment, and no longer", async () => {
  const { state, ask } = counting();
  const token = await goodToken();
  state.fails = true;
  expect([await ask(token), await ask(token)]).toEqual([503, 503]);
  expect(state.calls).toBe(1);
  state.fails = false;
  expect(await ask(token)).toBe(503);
  state.now += 1000;
  expect(await ask(token)).toBe(200);
});

test.each([{}, { enrichMaxAgeMs: 0 }])(
  "that goes on failing is called less and less, and at least once a minute: %j",
  async (changes) => {
    const { state, world, ask } = counting(changes);
    const token = await goodToken();
    const start = state.now;
    state.fails = true;
    const calledAt: number[] = [];
    // Two requests a second, for five minutes.
    for (; state.now < start + 300_000; state.now += 500) {
      const before = state.calls;
      expect(await ask(token)).toBe(503);
      if (state.calls > before) calledAt.push((state.now - start) / 1000);
    }
    expect(calledAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    // The answer says how long that is.
    state.now = start + 250_000;
    const response = await world.post(await goodBody({ auxData: { jwt: { token } } }));
    expect(response.headers.get("retry-after")).toBe("53");
    // A success begins anew.
    state.now = start + 303_000;
    state.fails = false;
    expect(await ask(token)).toBe(200);
    state.now += 60_000;
    state.fails = true;
    expect(await ask(token)).toBe(503);
    state.now += 1000;
    state.fails = false;
    expect(await ask(token)).toBe(200);
  },
);

test("a failure for one token is none for another", async () => {
  const { state, ask } = counting();
  state.fails = true;
  expect(await ask(await goodToken())).toBe(503);
  state.fails = false;
  expect(await ask(await goodToken({ org_code: "org_other" }))).toBe(200);
});

test("one that never ends, and does not look at its signal, has failed too", async () => {
  let calls = 0;
  const enrich = (): Promise<never> => {
    calls += 1;
    return new Promise(() => {});
  };
  let now = Date.now();
  const world = inMemory({ principal: { enrich }, enrichTimeoutMs: 20, now: () => now });
  const body = await goodBody();
  const answers = [await world.post(body), await world.post(body)];
  expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([
    [503, "1"],
    [503, "1"],
  ]);
  expect(calls).toBe(1);
  now += 1000;
  expect((await world.post(body)).status).toBe(503);
  expect(calls).toBe(2);
});

test("is not asked for a token that is not good", async () => {
  const { state, ask } = counting();
  const token = await goodToken();
  await ask(token);
  expect(await ask(`${token.slice(0, -4)}AAAA`)).toBe(401);
  expect(await ask(await goodToken({ exp: 1 }))).toBe(401);
  expect(state.calls).toBe(1);
});
