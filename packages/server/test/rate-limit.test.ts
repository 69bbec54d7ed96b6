import { AuthzError } from "@kinde-cerbos/core";
import { createRateLimiter } from "@kinde-cerbos/server";
import { expect, test } from "vitest";

const request = new Request("http://gateway.test/");

/** A limiter with a clock of the test's own; `true`, or when to ask again. */
function limiter(options: Parameters<typeof createRateLimiter>[0] = {}) {
  const clock = { now: 0 };
  const limit = createRateLimiter({ ...options, now: () => clock.now });
  const ask = async (subject: string, cost = 1): Promise<true | number> => {
    const verdict = await limit({ subject, cost, request });
    return verdict.allowed || verdict.retryAfterMs;
  };
  return { clock, ask };
}

test("a subject may spend a burst at once, and then what comes back in time", async () => {
  const { clock, ask } = limiter({ perMinute: 60, burst: 3 });
  expect([await ask("a", 2), await ask("a"), await ask("a"), await ask("b")]).toEqual([true, true, 1000, true]);
  clock.now = 500;
  expect(await ask("a")).toBe(500);
  clock.now = 1000;
  expect([await ask("a"), await ask("a", 2)]).toEqual([true, 2000]);
  clock.now = 3_600_000;
  expect([await ask("a", 3), await ask("a")]).toEqual([true, 1000]);
});

test("what costs more than a burst costs a burst, and is not refused for ever", async () => {
  const { ask } = limiter({ perMinute: 60, burst: 2 });
  expect(await ask("a", 100)).toBe(true);
  expect(await ask("a")).toBe(1000);
});

test("what was refused costs nothing", async () => {
  const { clock, ask } = limiter({ perMinute: 60, burst: 1 });
  await ask("a");
  for (let sent = 0; sent < 10; sent += 1) expect(await ask("a")).toBe(1000);
  clock.now = 1000;
  expect(await ask("a")).toBe(true);
});

test("a clock that goes back takes nothing away, and gives nothing", async () => {
  const { clock, ask } = limiter({ perMinute: 60, burst: 2 });
  clock.now = 10_000;
  await ask("a");
  clock.now = 0;
  expect([await ask("a"), await ask("a")]).toEqual([true, 1000]);
});

test("so many subjects are kept, and those that asked last", async () => {
  const { ask } = limiter({ perMinute: 1, burst: 1, maxSubjects: 2 });
  for (const subject of ["a", "b"]) expect(await ask(subject)).toBe(true);
  // Asks again, though in vain: it is not the one that has not asked for longest.
  expect(await ask("a")).toBe(60_000);
  expect(await ask("c")).toBe(true);
  expect(await ask("a")).toBe(60_000);
  expect(await ask("b")).toBe(true);
});

test.each([{ perMinute: 0 }, { burst: 0.5 }, { maxSubjects: Infinity }])("an option out of its range is named: %o", (options) => {
  expect(() => createRateLimiter(options)).toThrow(AuthzError);
  expect(() => createRateLimiter(options)).toThrow(Object.keys(options)[0]);
});
