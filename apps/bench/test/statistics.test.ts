import { describe, expect, it } from "vitest";
import { randomOf, shuffled } from "../run/random.ts";
import { median, quartiles, ratiosByRound } from "../run/statistics.ts";

describe("quartiles", () => {
  it("are those of the sorted numbers, between the two nearest", () => {
    expect(quartiles([5, 1, 4, 2, 3])).toEqual({ low: 2, median: 3, high: 4 });
    expect(quartiles([1, 2])).toEqual({ low: 1.25, median: 1.5, high: 1.75 });
    expect(median([7])).toBe(7);
  });

  it("are not made up where there is no number", () => {
    expect(() => quartiles([])).toThrow("no quartiles of nothing");
  });
});

describe("ratios", () => {
  it("are to the limit of the same round, whatever the order, and leave out a round that has only one of the two", () => {
    const numbers = [
      { round: 3, value: 9 },
      { round: 1, value: 2 },
      { round: 4, value: 1 },
    ];
    const limits = [
      { round: 1, value: 1 },
      { round: 2, value: 100 },
      { round: 3, value: 3 },
    ];
    expect(ratiosByRound(numbers, limits)).toEqual([3, 2]);
  });
});

describe("the order of a round", () => {
  it("is the same for a seed, another for another seed, and leaves nobody out", () => {
    const all = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const orderOf = (seed: number): string[] => shuffled(all, randomOf(seed));
    expect(orderOf(1)).toEqual(orderOf(1));
    expect(orderOf(1)).not.toEqual(orderOf(2));
    expect(orderOf(1).toSorted()).toEqual(all);
  });
});
