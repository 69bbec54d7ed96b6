import { describe, expect, it } from "vitest";
import { type Filter, filteredRows, NO_FILTER, valuesOf } from "../../src/decisions/filter.ts";
import { decisionRow } from "../decision-row.ts";

const rows = [
  decisionRow({ action: "edit", id: "a", state: "allowed" }),
  decisionRow({ action: "edit", id: "b", resourceKey: '{"attr":{"status":"Locked"}}' }),
  decisionRow({ action: "view", id: "c", kind: "album", state: "error", error: new Error("The PDP is down.") }),
  decisionRow({ action: "view", id: "d", state: "pending", isOnScreen: false }),
];

function idsOf(filter: Partial<Filter>, ofComponents: ReadonlySet<string> | null = null): string {
  return filteredRows(rows, { ...NO_FILTER, ...filter }, ofComponents)
    .map(({ id }) => id)
    .join("");
}

describe("filteredRows", () => {
  it.each([
    [{}, "abc"],
    [{ isOnScreenOnly: false }, "abcd"],
    [{ kind: "album" }, "c"],
    [{ action: "edit" }, "ab"],
    [{ state: "error" }, "c"],
    [{ action: "edit", state: "denied" }, "b"],
    [{ text: "locked" }, "b"],
    [{ text: " EDIT  document " }, "ab"],
    [{ text: "pdp DOWN" }, "c"],
    [{ text: "edit album" }, ""],
  ] as const)("of %j are %j", (filter, ids) => {
    expect(idsOf(filter)).toBe(ids);
  });

  it("keeps the decisions of picked components", () => {
    expect(idsOf({}, new Set([rows[1]!.hash]))).toBe("b");
    expect(idsOf({}, new Set())).toBe("");
  });
});

it("valuesOf has each value once, sorted", () => {
  expect(valuesOf(rows, "kind")).toEqual(["album", "document"]);
});
