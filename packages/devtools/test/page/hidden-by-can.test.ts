import { describe, expect, it } from "vitest";
import { type DecisionRow } from "../../src/decisions/decision-row.ts";
import { type ComponentUse } from "../../src/page/component-use.ts";
import { hiddenByCan } from "../../src/page/hidden-by-can.ts";
import { decisionRow } from "../decision-row.ts";

function labels(canProps: object | null, states: readonly DecisionRow["state"][]): readonly string[] {
  const rows = states.map((state, at) => decisionRow({ hash: `${at}`, action: `do${at}`, state }));
  const use: ComponentUse = {
    id: 1,
    name: "Row › Can",
    queries: rows.map(({ hash }) => hash),
    nodes: [],
    place: { parent: null, before: null },
    canProps,
  };
  return hiddenByCan([use], new Map(rows.map((row) => [row.hash, row]))).map(({ label }) => label);
}

describe("hiddenByCan", () => {
  it.each(["denied", "pending", "error"] as const)("labels what is %s", (state) => {
    expect(labels({ action: "do0" }, [state])).toEqual([`do0 document 1: ${state}`]);
  });

  it("leaves out visible elements and other components", () => {
    expect(labels({ action: "do0" }, ["allowed"])).toEqual([]);
    expect(labels({ action: "do0", not: true }, ["denied"])).toEqual([]);
    expect(labels({ action: "do0", passThrough: true }, ["denied"])).toEqual([]);
    expect(labels(null, ["denied"])).toEqual([]);
  });

  it("goes by all actions, or any", () => {
    expect(labels({ actions: ["do0", "do1"] }, ["allowed", "denied"])).toEqual(["do1 document 1: denied"]);
    expect(labels({ actions: ["do0", "do1"], mode: "any" }, ["allowed", "denied"])).toEqual([]);
    expect(labels({ actions: ["do0", "do1"], mode: "any" }, ["pending", "denied"])).toEqual([
      "do0 document 1: pending",
    ]);
    expect(labels({ actions: ["do0", "do1"], not: true }, ["allowed", "allowed"])).toEqual([
      "do0 document 1: allowed · do1 document 1: allowed",
    ]);
  });

  it("uses the props as label if it is denied without a check", () => {
    expect(labels({ action: "edit", resource: { kind: "document", id: "7" } }, [])).toEqual([
      "edit document 7: denied without a check",
    ]);
    expect(labels({ action: "create", resource: "document" }, [])).toEqual(["create document: denied without a check"]);
    expect(labels({ actions: ["view", "edit"] }, [])).toEqual(["view,edit: denied without a check"]);
  });
});
