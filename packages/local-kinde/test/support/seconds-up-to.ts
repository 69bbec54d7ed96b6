import { expect } from "vitest";

/** Matches the seconds that are left of a lifetime: a busy machine may need some between a signature and the answer. */
export const secondsUpTo = (lifetime: number): unknown =>
  expect.toSatisfy((left) => Number.isInteger(left) && left <= lifetime && left > lifetime - 20);
