import { beforeEach, describe, expect, it, vi } from "vitest";
import { Budget } from "../../src/live/budget.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
});

describe("Budget", () => {
  it("gives a few at once, then one at a time", () => {
    const budget = new Budget(2, 1000);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 1000]);
    vi.setSystemTime(1_000_400);
    expect(budget.take()).toBe(600);
    vi.setSystemTime(1_001_000);
    expect([budget.take(), budget.take()]).toEqual([0, 1000]);
  });

  it("saves no more than a few", () => {
    const budget = new Budget(2, 1000);
    vi.setSystemTime(2_000_000);
    expect([budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 1000]);
  });

  it("gives nothing for a clock that is set back", () => {
    const budget = new Budget(1, 1000);
    budget.take();
    vi.setSystemTime(0);
    expect(budget.take()).toBe(1000);
    vi.setSystemTime(1000);
    expect(budget.take()).toBe(0);
  });
});
