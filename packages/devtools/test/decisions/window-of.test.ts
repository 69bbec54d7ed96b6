import { describe, expect, it } from "vitest";
import { ROW_HEIGHT, rowAfterKey, scrollTopFor, windowOf } from "../../src/decisions/window-of.ts";

describe("windowOf", () => {
  it("has the rows that are seen and some more, and no others", () => {
    expect(windowOf(1000, 0, 10 * ROW_HEIGHT)).toEqual({ first: 0, end: 16 });
    expect(windowOf(1000, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 494, end: 516 });
    expect(windowOf(1000, 990 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 984, end: 1000 });
  });

  it("is of rows that exist, also when fewer are left than it was scrolled to", () => {
    expect(windowOf(3, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 2, end: 3 });
    expect(windowOf(0, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 0, end: 0 });
  });
});

it("scrollTopFor scrolls as far as a row needs, below the header", () => {
  const height = 10 * ROW_HEIGHT;
  expect(scrollTopFor(5, 0, height)).toBe(0);
  expect(scrollTopFor(9, 0, height)).toBe(ROW_HEIGHT);
  expect(scrollTopFor(2, 5 * ROW_HEIGHT, height)).toBe(2 * ROW_HEIGHT);
});

it.each([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 4, 5],
  ["ArrowDown", 99, 99],
  ["ArrowUp", 0, 0],
  ["PageDown", 4, 12],
  ["PageUp", 20, 12],
  ["Home", 50, 0],
  ["End", 50, 99],
  ["a", 4, null],
])("%s goes from row %i to %j", (key, at, next) => {
  expect(rowAfterKey(key, at, 100, 10 * ROW_HEIGHT)).toBe(next);
});

it("no key goes to a row of an empty list", () => {
  expect(rowAfterKey("End", -1, 0, 100)).toBeNull();
});
