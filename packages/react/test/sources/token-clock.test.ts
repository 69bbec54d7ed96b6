import { beforeEach, describe, expect, it, vi } from "vitest";
import { TokenClock } from "../../src/sources/token-clock.ts";
import { tokenOf } from "../support.tsx";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const LIFE = 3600;

/** A token of an hour, issued so many seconds from now by Kinde's clock. */
function issued(seconds: number): { readonly token: string; readonly expiresAt: number } {
  const iat = NOW / 1000 + seconds;
  return { token: tokenOf({ iat, exp: iat + LIFE }), expiresAt: (iat + LIFE) * 1000 };
}

/** When a token ends, in seconds from now by this machine's clock. */
const endOf = (clock: TokenClock, one: ReturnType<typeof issued>): number => (Number(clock.endOf(one)) - NOW) / 1000;

const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);
/** The clock is set, by a person or the network. */
const set = (seconds: number): void => {
  const steady = performance.now();
  vi.spyOn(performance, "now").mockReturnValue(steady);
  pass(seconds);
};

let clock: TokenClock;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date", "performance"] });
  clock = new TokenClock({ isStrict: true });
});

describe("Kinde's clock", () => {
  it("is this machine's as long as nothing is known", () => {
    const old = issued(-1000);
    clock.sees(old);
    expect(endOf(clock, old)).toBe(2600);
    expect(clock.now()).toBe(NOW);
  });

  it("is ahead where a token comes from the future: it ends earlier", () => {
    const one = issued(300);
    clock.sees(one);
    expect(endOf(clock, one)).toBe(LIFE);
    expect(clock.now()).toBe(NOW + 300_000);
    // What is known holds for what comes later, and for a token that is only old.
    pass(1000);
    const next = issued(1000);
    clock.sees(next);
    expect(endOf(clock, next)).toBe(1000 + LIFE - 300);
  });

  it("is behind where a first token was issued after the page began to load", () => {
    clock = new TokenClock({ newSince: () => NOW - 2000, isStrict: true });
    const one = issued(-300);
    clock.sees(one);
    // Of the two seconds, and the one that `iat` leaves out, it is not known.
    expect(endOf(clock, one)).toBe(LIFE - 3);
    expect(clock.aheadByMoreThanLife(one)).toBeNull();
  });

  it("is not compared with a later token in this way, which another tab may have got long ago", () => {
    clock = new TokenClock({ newSince: () => NOW - 2000, isStrict: true });
    clock.sees(issued(0));
    pass(1000);
    const next = issued(-500);
    clock.sees(next);
    expect(endOf(clock, next)).toBe(LIFE - 500);
  });

  it("is behind by more than a token's life", () => {
    clock = new TokenClock({ newSince: () => NOW - 1000, isStrict: true });
    const one = issued(-2 * LIFE);
    clock.sees(one);
    expect(clock.aheadByMoreThanLife(one)).toBe((2 * LIFE - 2) * 1000);
    set(-2 * LIFE);
    expect(clock.aheadByMoreThanLife(one)).toBeNull();
  });
});

describe("a token that Kinde has returned again past its end", () => {
  it("is valid for a second more, then for two, and at most for 30", () => {
    const one = issued(0);
    clock.sees(one);
    pass(LIFE);
    const graces = [1, 2, 4, 8, 16, 30, 30].map(() => {
      clock.vouched(one, Date.now());
      const left = (Number(clock.endOf(one)) - Date.now()) / 1000;
      expect(one.expiresAt - clock.now()).toBe(left * 1000);
      pass(left);
      return left;
    });
    expect(graces).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(clock.now()).toBeGreaterThanOrEqual(one.expiresAt);
  });

  it("is not longer valid for a refresh before its end", () => {
    const one = issued(0);
    clock.sees(one);
    pass(LIFE - 10);
    clock.vouched(one, Date.now());
    expect(endOf(clock, one)).toBe(LIFE);
  });

  it("says how far this machine's clock is ahead at least, also of the next token", () => {
    const one = issued(0);
    clock.sees(one);
    pass(LIFE + 25);
    clock.vouched(one, Date.now());
    pass(1);
    const next = issued(LIFE);
    clock.sees(next);
    expect(endOf(clock, next)).toBe(2 * LIFE + 25);
    // A refresh in another tab may have brought it long ago: it says no more.
    pass(500);
    const third = issued(LIFE + 100);
    clock.sees(third);
    expect(endOf(clock, third)).toBe(2 * LIFE + 125);
  });

  it("had not ended when Kinde was asked, however long the answer took", () => {
    const one = issued(0);
    clock.sees(one);
    pass(LIFE);
    const askedAt = Date.now();
    pass(8);
    clock.vouched(one, askedAt);
    pass(1);
    expect(endOf(clock, one)).toBe(LIFE + 9);
    const next = issued(LIFE);
    clock.sees(next);
    expect(endOf(clock, next)).toBe(2 * LIFE);
  });

  it("has ended again where the machine's clock is set right", () => {
    const one = issued(0);
    clock.sees(one);
    pass(LIFE + 300);
    clock.vouched(one, Date.now());
    pass(1);
    set(-300);
    expect(Number(clock.endOf(one))).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it("was not set back when a token came that had ended, if that was before", () => {
    set(-100);
    const late = issued(-LIFE - 150);
    clock.sees(late);
    expect(clock.isDeadOnArrival(late)).toBe(true);
    expect(clock.seenAt(late)).toBe(NOW - 100_000);
  });

  it("is dead on arrival no more", () => {
    const one = issued(-LIFE - 60);
    clock.sees(one);
    expect(clock.isDeadOnArrival(one)).toBe(true);
    clock.vouched(one, Date.now());
    expect(clock.isDeadOnArrival(one)).toBe(false);
  });
});
