import { describe, expect, it } from "vitest";
import { ROW_HEIGHT, rowAfterKey, scrollTopFor, visibleRows } from "../../src/decisions/visible-rows.ts";

describe("visibleRows", () => {
  it("returns the visible rows and a few more", () => {
    expect(visibleRows(1000, 0, 10 * ROW_HEIGHT)).toEqual({ first: 0, end: 16 });
    expect(visibleRows(1000, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 494, end: 516 });
    expect(visibleRows(1000, 990 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 984, end: 1000 });
  });

  it("returns only existing rows, also if the scroll position is past the last one", () => {
    expect(visibleRows(3, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 2, end: 3 });
    expect(visibleRows(0, 500 * ROW_HEIGHT, 10 * ROW_HEIGHT)).toEqual({ first: 0, end: 0 });
  });
});

it("scrollTopFor scrolls no further than needed, below the header", () => {
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

it("no key selects a row of an empty list", () => {
  expect(rowAfterKey("End", -1, 0, 100)).toBeNull();
});
