// What each rate limiter does, wherever it keeps its state.
import { type BucketOptions, type RateLimiter } from "@kinde-cerbos/server";
import { expect, test } from "vitest";

const request = new Request("http://gateway.test/");

/** A limiter with a clock of the test's own; `ask` gives `true`, or when to ask again. */
export function asking(create: (options: { readonly now: () => number }) => RateLimiter) {
  const clock = { now: 0 };
  const limit = create({ now: () => clock.now });
  const ask = async (subject: string, cost = 1): Promise<true | number> => {
    const verdict = await limit({ subject, cost, request });
    return verdict.allowed || verdict.retryAfterMs;
  };
  return { clock, ask };
}

/** @param create a limiter that knows no subject yet */
export function describeLimiter(
  create: (options: BucketOptions & { readonly now: () => number }) => RateLimiter,
): void {
  const limiter = (options: BucketOptions) => asking(({ now }) => create({ ...options, now }));

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

  test("subjects of any text do not meet", async () => {
    const { ask } = limiter({ perMinute: 1, burst: 1 });
    for (const subject of ["user:a", "user:a ", "user:A", "anonymous:a", "", "é\0\r\n$1"])
      expect(await ask(subject)).toBe(true);
    for (const subject of ["user:a", "", "é\0\r\n$1"]) expect(await ask(subject)).toBe(60_000);
  });

  test("of requests at one time, no more than a burst goes on", async () => {
    const { ask } = limiter({ perMinute: 1, burst: 10 });
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => ask("a")));
    expect(verdicts.filter((verdict) => verdict === true)).toHaveLength(10);
  });
}
