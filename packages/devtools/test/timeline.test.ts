import { describe, expect, it } from "vitest";
import { barsOf } from "../src/batches/timeline.ts";
import { attemptOf } from "./attempt-of.ts";

describe("barsOf", () => {
  it("places each request in the timeline of its group", () => {
    const attempts = [
      attemptOf([], { startedAt: 0, endedAt: 100 }),
      attemptOf([], { startedAt: 50, endedAt: 200 }),
      // More than half a second after the end of the last one.
      attemptOf([], { startedAt: 701, endedAt: 701 }),
      attemptOf([], { startedAt: 1000, endedAt: null }),
    ];
    expect([...barsOf(attempts, 1302).values()]).toEqual([
      { start: 0, length: 0.5, isFirst: true },
      { start: 0.25, length: 0.75, isFirst: false },
      { start: 0, length: 0, isFirst: true },
      { start: 299 / 601, length: 302 / 601, isFirst: false },
    ]);
  });

  it("keeps requests in one group until its longest one ends", () => {
    const attempts = [
      attemptOf([], { startedAt: 0, endedAt: 2000 }),
      attemptOf([], { startedAt: 10, endedAt: 20 }),
      attemptOf([], { startedAt: 1900, endedAt: 1950 }),
    ];
    expect([...barsOf(attempts, 0).values()].map(({ isFirst }) => isFirst)).toEqual([true, false, false]);
  });
});
