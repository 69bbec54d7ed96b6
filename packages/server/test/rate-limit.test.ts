import { AuthzError } from "@kinde-cerbos/core";
import { createRateLimiter } from "@kinde-cerbos/server";
import { describe, expect, test } from "vitest";
import { asking, describeLimiter } from "./limiter-contract.ts";

describe("in memory", () => {
  describeLimiter(createRateLimiter);
});

test("so many subjects are kept, and those that asked last", async () => {
  const { ask } = asking((options) => createRateLimiter({ perMinute: 1, burst: 1, maxSubjects: 2, ...options }));
  for (const subject of ["a", "b"]) expect(await ask(subject)).toBe(true);
  // Asks again, though in vain: it is not the one that has not asked for longest.
  expect(await ask("a")).toBe(60_000);
  expect(await ask("c")).toBe(true);
  expect(await ask("a")).toBe(60_000);
  expect(await ask("b")).toBe(true);
});

test.each([{ perMinute: 0 }, { burst: 0.5 }, { maxSubjects: Infinity }])(
  "an option out of its range is named: %o",
  (options) => {
    expect(() => createRateLimiter(options)).toThrow(AuthzError);
    expect(() => createRateLimiter(options)).toThrow(Object.keys(options)[0]);
  },
);
