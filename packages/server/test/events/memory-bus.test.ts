import { createMemoryBus } from "@kinde-cerbos/server";
// The bus of one process.
import { describe, expect, test } from "vitest";
import { describeBus } from "./bus-contract.ts";

describe("a bus in memory", () => {
  describeBus(async () => {
    const bus = createMemoryBus();
    return [bus, bus];
  });

  test("remembers a bounded number of names, and of these the newest", async () => {
    const bus = createMemoryBus(() => 0);
    for (let index = 0; index <= 100_000; index += 1) await bus.claim(String(index), 60_000);
    expect([await bus.claim("100000", 60_000), await bus.claim("1", 60_000)]).toEqual([false, false]);
    expect(await bus.claim("0", 60_000)).toBe(true);
  });
});
