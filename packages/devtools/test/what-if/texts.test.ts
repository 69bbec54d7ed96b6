// @vitest-environment node
import { describe, expect, it } from "vitest";
import { type DecisionRow } from "../../src/decisions/decision-row.ts";
import { describeScenario } from "../../src/what-if/describe-scenario.ts";
import { filterRows } from "../../src/what-if/filter-rows.ts";
import { NO_SCENARIO, placeOf, withOverride } from "../../src/what-if/scenario.ts";

const edit = { action: "edit", kind: "document", id: "draft" };

describe("the description of a scenario", () => {
  it.each([
    [{}, []],
    [{ overrides: withOverride(new Map(), edit, "deny") }, ["“edit” on document draft is denied."]],
    [
      {
        overrides: new Map([
          ["a", "deny" as const],
          ["b", "allow" as const],
        ]),
        all: "down" as const,
      },
      ["2 decisions are overridden.", "All other checks fail as if Cerbos were down."],
    ],
    [{ all: "slow" as const, delayMs: 500 }, ["All checks take 500 ms longer."]],
    [
      { viewed: { person: "kp_ben", name: "Ben Lee", organization: "org_north" }, all: "pending" as const },
      ["Viewing as Ben Lee in org_north.", "All checks stay pending."],
    ],
    [{ viewed: { person: "kp_nil", name: "Nil None", organization: null } }, ["Viewing as Nil None."]],
  ])("%j", (scenario, expected) => {
    expect(describeScenario({ ...NO_SCENARIO, ...scenario })).toEqual(expected);
  });
});

function rowOf(id: string, action: string, state: "allowed" | "denied"): DecisionRow {
  const place = { kind: "document", id, action, resourceKey: "", hash: "" };
  return {
    ...place,
    state,
    isFetching: false,
    isStale: false,
    staleAt: null,
    isOnScreen: true,
    updatedAt: 0,
    decision: null,
    error: null,
  };
}

describe("filtered rows", () => {
  const rows = [rowOf("10", "edit", "denied"), rowOf("9", "edit", "allowed"), rowOf("9", "delete", "denied")];
  const found = (filter: string, overrides = new Map()): string[] =>
    filterRows(rows, filter, overrides).map(({ id, action }) => `${id} ${action}`);

  it("contain each word, in any case, sorted by name", () => {
    expect(found("")).toEqual(["9 delete", "9 edit", "10 edit"]);
    expect(found("EDIT denied")).toEqual(["10 edit"]);
    expect(found("nothing")).toEqual([]);
  });

  it("keep their order when they are overridden, and match the word overridden", () => {
    const overrides = new Map([[placeOf({ kind: "document", id: "10", action: "edit" }), "allow"]]);
    expect(found("edit", overrides)).toEqual(["9 edit", "10 edit"]);
    expect(found("overridden", overrides)).toEqual(["10 edit"]);
  });
});
