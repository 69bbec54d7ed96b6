// What `principal.enrich` adds: asked once for a token and a while, and never kept where it failed.
import { type EnrichContext } from "@kinde-cerbos/core";
import { expect, test } from "vitest";

import { type Asked, goodBody, goodToken, inMemory } from "./in-memory.ts";
import { respelled } from "./keys.ts";

/** A gateway whose `enrich` counts its calls. */
function counting(changes: { enrichMaxAgeMs?: number } = {}) {
  const state = { calls: 0, fails: false, now: Date.now() };
  const enrich = async (_: unknown, { token }: EnrichContext) => {
    state.calls += 1;
    if (state.fails) throw new Error("Kinde is down");
    return { seats: state.calls, ends: token.length };
  };
  const world = inMemory({ principal: { enrich }, now: () => state.now, ...changes });
  const ask = async (token: string): Promise<number> => (await world.post(await goodBody({ auxData: { jwt: { token } } }))).status;
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

test("keeps no failure", async () => {
  const { state, ask } = counting();
  const token = await goodToken();
  state.fails = true;
  expect([await ask(token), await ask(token)]).toEqual([503, 503]);
  state.fails = false;
  expect(await ask(token)).toBe(200);
});

test("is not asked for a token that is not good", async () => {
  const { state, ask } = counting();
  const token = await goodToken();
  await ask(token);
  expect(await ask(`${token.slice(0, -4)}AAAA`)).toBe(401);
  expect(await ask(await goodToken({ exp: 1 }))).toBe(401);
  expect(state.calls).toBe(1);
});
