import { type PlanCondition } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { conditionText } from "../src/plans/condition-text.ts";
import { comparisonOf, operatorWords } from "../src/plans/condition-words.ts";

const status: PlanCondition = { variable: "R.attr.status" };
const isDraft = of("eq", status, { value: "draft" });
const isMine = of("ne", { variable: "R.attr.ownerId" }, { value: null });

function of(operator: string, ...operands: PlanCondition[]): PlanCondition {
  return { operator, operands };
}

describe("conditionText", () => {
  it.each<[string, PlanCondition]>([
    ['R.attr.status == "draft"', isDraft],
    ['R.attr.status == "draft" && R.attr.ownerId != null', of("and", isDraft, isMine)],
    [
      '(R.attr.status == "draft" || R.attr.ownerId != null) && !(R.attr.status == "draft")',
      of("and", of("or", isDraft, isMine), of("not", isDraft)),
    ],
    [
      'R.attr.status == "draft" && R.attr.ownerId != null || R.attr.isPublic',
      of("or", of("and", isDraft, isMine), { variable: "R.attr.isPublic" }),
    ],
    ["a - (b - c)", of("sub", { variable: "a" }, of("sub", { variable: "b" }, { variable: "c" }))],
    ["(R.attr.status == true) == true", of("eq", of("eq", status, { value: true }), { value: true })],
    ['R.attr.status in ["a", "b"]', of("in", status, of("list", { value: "a" }, { value: "b" }))],
    ["size(R.attr.status) > 2", of("gt", of("size", status), { value: 2 })],
    ["toString(R.attr.status)", of("toString", status)],
    ['{"a":[1]}', { value: { a: [1] } }],
  ])("%s", (text, condition) => {
    expect(conditionText(condition)).toBe(text);
  });
});

describe("comparisonOf", () => {
  it("puts two plain values with an operator that has words into one line", () => {
    expect(comparisonOf(isDraft)).toEqual({ left: "R.attr.status", words: "equals", right: '"draft"' });
    expect(comparisonOf(of("in", status, { value: ["a"] }))).toMatchObject({ words: "is one of" });
  });

  it("is none for anything else", () => {
    expect(comparisonOf(of("and", isDraft, isMine))).toBeNull();
    expect(comparisonOf(of("gt", of("size", status), { value: 2 }))).toBeNull();
    expect(comparisonOf(of("toString", status, status))).toBeNull();
    expect(comparisonOf(status)).toBeNull();
    expect(comparisonOf({ value: true })).toBeNull();
  });
});

describe("operatorWords", () => {
  it("has words for known operators, and the name of unknown ones", () => {
    expect(["and", "or", "not", "gt", "exists", "constructor"].map(operatorWords)).toEqual([
      "all of",
      "any of",
      "not",
      "is greater than",
      "exists",
      "constructor",
    ]);
  });
});
