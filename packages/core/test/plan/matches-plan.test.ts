import { type JsonValue, matchesPlan, type Plan, type PlanCondition, type Resource } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { a, about, document, F, matches, op, T, value, type Verdict } from "../plan-conditions.ts";

const always: Plan = { ...about, kind: "ALWAYS_ALLOWED" };
const never: Plan = { ...about, kind: "ALWAYS_DENIED" };

/** Whether this variable is 1. */
const isOne = (variable: string, attr: Resource["attr"]): Verdict => matches(op("eq", { variable }, value(1)), attr);

/** Whether attribute `a` is 1 at this key. */
const at = (container: JsonValue, key: JsonValue): Verdict =>
  matches(op("eq", op("index", a, value(key)), value(1)), { a: container });

/** The verdicts of `lt le eq ne ge gt`. */
const relations = (left: JsonValue, right: JsonValue): string =>
  ["lt", "le", "eq", "ne", "ge", "gt"]
    .map((operator) => matches(op(operator, a, op("index", value([right]), value(0))), { a: left }))
    .map((verdict) => (verdict === "unknown" ? "?" : verdict ? "T" : "F"))
    .join("");

/** A part whose value nobody knows. */
const U: PlanCondition = { variable: "request.resource.attr.missing" };

describe("a plan without a condition", () => {
  it("is fulfilled by all or none of its kind", () => {
    expect(matchesPlan(always, document())).toBe(true);
    expect(matchesPlan(never, document())).toBe(false);
  });

  it.each<[string, Partial<Resource>]>([
    ["another kind", { kind: "invoice" }],
    ["no kind", { kind: "" }],
    ["no id", { id: "" }],
    ["another scope", { scope: "acme" }],
    ["another policy version", { policyVersion: "v2" }],
    ["an attribute that is no JSON", { attr: { size: Number.NaN } }],
  ])("says nothing of a resource with %s", (_, other) => {
    expect(matchesPlan(always, { ...document(), ...other })).toBe("unknown");
    expect(matchesPlan(never, { ...document(), ...other })).toBe("unknown");
  });

  it("is about the scope and the policy version that it was asked for", () => {
    const plan: Plan = { ...always, scope: "acme", policyVersion: "v2" };
    expect(matchesPlan(plan, document())).toBe("unknown");
    expect(matchesPlan(plan, { ...document(), scope: "acme", policyVersion: "v2" })).toBe(true);
    expect(matchesPlan({ ...always, scope: "" }, document())).toBe(true);
  });

  it("is about the attributes that it was asked for", () => {
    const plan: Plan = { ...always, attr: { orgCode: "org_1", place: { x: 1, y: [2] } } };
    expect(matchesPlan(plan, document({ orgCode: "org_1", place: { y: [2], x: 1 }, more: 1 }))).toBe(true);
    expect(matchesPlan(plan, document({ orgCode: "org_2", place: { x: 1, y: [2] } }))).toBe("unknown");
    expect(matchesPlan(plan, document({ orgCode: "org_1", place: { x: 1, y: [2], z: 3 } }))).toBe("unknown");
    expect(matchesPlan(plan, document({ orgCode: "org_1" }))).toBe("unknown");
    expect(matchesPlan({ ...always, attr: { constructor: null } }, document())).toBe("unknown");
  });
});

describe("and, or, not", () => {
  // `and`, `or`, and `or` where the PDP evaluates strictly, as is assumed by default.
  it.each<[string, PlanCondition[], Verdict, Verdict, Verdict]>([
    ["T T", [T, T], true, true, true],
    ["T F", [T, F], false, true, true],
    ["F T", [F, T], false, true, true],
    ["F F", [F, F], false, false, false],
    ["T U", [T, U], "unknown", true, "unknown"],
    ["U T", [U, T], "unknown", true, "unknown"],
    ["F U", [F, U], false, "unknown", "unknown"],
    ["U F", [U, F], false, "unknown", "unknown"],
    ["U U", [U, U], "unknown", "unknown", "unknown"],
    ["T T U F", [T, T, U, F], false, true, "unknown"],
    ["T", [T], true, true, true],
    ["F", [F], false, false, false],
    ["a number", [T, value(1)], "unknown", true, "unknown"],
    ["nothing", [], "unknown", "unknown", "unknown"],
  ])("%s", (_, operands, conjunction, disjunction, strictDisjunction) => {
    for (const strictEvaluation of [true, false]) {
      expect(matches(op("and", ...operands), undefined, { strictEvaluation })).toBe(conjunction);
    }
    expect(matches(op("or", ...operands), undefined, { strictEvaluation: false })).toBe(disjunction);
    expect(matches(op("or", ...operands), undefined, { strictEvaluation: true })).toBe(strictDisjunction);
    expect(matches(op("or", ...operands))).toBe(strictDisjunction);
  });

  it("is true in no strict PDP when an error hides behind a decided part", () => {
    const hidden = op("not", op("and", F, U));
    expect(matches(hidden)).toBe("unknown");
    expect(matches(hidden, undefined, { strictEvaluation: false })).toBe(true);
    expect(matches(op("and", T, op("or", T, op("eq", U, value(1)))))).toBe("unknown");
  });

  it("negates what is known and nothing else", () => {
    expect(matches(op("not", T))).toBe(false);
    expect(matches(op("not", F))).toBe(true);
    for (const operand of [U, value(0), value(null), value("")]) expect(matches(op("not", operand))).toBe("unknown");
    expect(matches(op("not", F, F))).toBe("unknown");
    expect(matches(op("not"))).toBe("unknown");
  });

  it("takes an attribute alone, if it is true or false", () => {
    expect([true, false, 1, "true", null].map((attribute) => matches(a, { a: attribute }))).toEqual([
      true,
      false,
      "unknown",
      "unknown",
      "unknown",
    ]);
  });
});

describe("comparisons", () => {
  const LESS = "TTFTFF";
  const SAME = "FTTFTF";
  const MORE = "FFFTTT";

  it.each<[JsonValue, JsonValue, string]>([
    [1, 2, LESS],
    [-2.5, -2.4, LESS],
    [5, 5, SAME],
    [0, -0, SAME],
    [1e308, -1e308, MORE],
    [5e-324, 0, MORE],
    ["", "a", LESS],
    ["a", "b", LESS],
    ["a", "aa", LESS],
    ["B", "a", LESS],
    ["é", "é", SAME],
    // UTF-16 has these the other way round: U+FFFD is FFFD, U+1F600 is D83D DE00.
    ["\uFFFD", "\u{1F600}", LESS],
    ["\u{1F600}", "\uE000", MORE],
    ["\uD7FF", "\u{10000}", LESS],
    ["\u{1F600}", "\u{1F601}", LESS],
    ["x\u{1F600}", "x", MORE],
  ])("%j and %j", (left, right, expected) => {
    expect(relations(left, right)).toBe(expected);
  });

  it.each<[JsonValue, JsonValue, string]>([
    [true, true, "??TF??"],
    [true, false, "??FT??"],
    [null, null, "??TF??"],
    [null, 0, "??FT??"],
    ["x", null, "??FT??"],
    [[], null, "??FT??"],
    ["1", 1, "??????"],
    [true, 1, "??????"],
    [true, "true", "??????"],
    [[1], [1], "??????"],
    [{}, {}, "??????"],
    [[1], 1, "??????"],
    [Number.NaN, 1, "??????"],
    [Number.NaN, Number.NaN, "??????"],
  ])("%j and %j have no order", (left, right, expected) => {
    expect(relations(left, right)).toBe(expected);
  });

  it("know nothing of what is missing, not even that it differs", () => {
    for (const operator of ["lt", "le", "eq", "ne", "ge", "gt", "in", "index"]) {
      expect(matches(op(operator, U, value(1)))).toBe("unknown");
      expect(matches(op(operator, value(1), U))).toBe("unknown");
      expect(matches(op("not", op(operator, U, value(1))))).toBe("unknown");
      expect(matches(op(operator, a, value([])), { a: undefined })).toBe("unknown");
    }
  });

  it("of two values that the planner left were `in` on a text, an error", () => {
    for (const known of ["a", 1, true, null]) {
      expect(matches(op("eq", value(known), value(known)))).toBe("unknown");
      expect(matches(op("not", op("eq", value(known), value("b"))))).toBe("unknown");
    }
    expect(matches(op("or", op("eq", value("a"), value("a")), T), undefined, { strictEvaluation: false })).toBe(true);
  });

  it("have two operands", () => {
    expect(matches(op("eq", value(1)))).toBe("unknown");
    expect(matches(op("eq", value(1), value(1), value(1)))).toBe("unknown");
    expect(matches(op("in", value(1), value([1]), U))).toBe("unknown");
  });

  it("take what other operators give", () => {
    expect(matches(op("eq", op("eq", a, value(1)), F), { a: 2 })).toBe(true);
    expect(matches(op("eq", op("eq", a, value(1)), F), {})).toBe("unknown");
  });
});

describe("in", () => {
  it.each<[JsonValue, JsonValue, Verdict]>([
    ["x", ["y", "x"], true],
    ["x", ["y"], false],
    ["x", [], false],
    [1, [2, 1.5, 1], true],
    [null, ["x", null], true],
    [null, ["x"], false],
    ["x", [null, "y"], false],
    ["x", [1, "x"], true],
    ["x", [1, "y"], "unknown"],
    [[1], [[1]], "unknown"],
    ["x", { x: null }, true],
    ["x", {}, false],
    ["toString", {}, false],
    ["__proto__", {}, false],
    [1, { 1: true }, "unknown"],
    ["x", "xyz", "unknown"],
    ["x", null, "unknown"],
    ["x", 1, "unknown"],
  ])("%j in %j", (item, container, expected) => {
    expect(matches(op("in", value(item), a), { a: container })).toBe(expected);
    expect(matches(op("in", value(item), value(container)))).toBe(expected);
  });

  it("looks at all attributes", () => {
    const attr: PlanCondition = { variable: "request.resource.attr" };
    expect(matches(op("in", value("x"), attr), { x: null })).toBe(true);
    expect(matches(op("in", value("x"), attr), { x: undefined })).toBe(false);
    expect(
      matchesPlan(
        { ...about, kind: "CONDITIONAL", condition: op("in", value("x"), attr) },
        { kind: "document", id: "1" },
      ),
    ).toBe(false);
  });
});

describe("variables", () => {
  it("are paths of own fields", () => {
    expect(isOne("request.resource.attr.a.b.c", { a: { b: { c: 1 } } })).toBe(true);
    expect(isOne("request.resource.attr.a.b.c", { a: { b: 1 } })).toBe("unknown");
    expect(isOne("request.resource.attr.a.length", { a: [0] })).toBe("unknown");
    expect(isOne("request.resource.attr.a.length", { a: "x" })).toBe("unknown");
    expect(isOne("request.resource.attr.a.0", { a: [1] })).toBe("unknown");
    expect(isOne("request.resource.attr.a.b", { "a.b": 1 })).toBe("unknown");
  });

  it("may have names that every object inherits", () => {
    const own = JSON.parse('{"__proto__":1,"constructor":1,"toString":1}');
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(isOne(`request.resource.attr.${name}`, own)).toBe(true);
      expect(isOne(`request.resource.attr.${name}`, {})).toBe("unknown");
      expect(matches(op("ne", { variable: `request.resource.attr.${name}` }, value(null)))).toBe("unknown");
    }
    const inherited: Resource["attr"] = JSON.parse('{"__proto__":{"a":1}}');
    expect(isOne("request.resource.attr.a", inherited)).toBe("unknown");
    expect(isOne("request.resource.attr.__proto__.a", inherited)).toBe(true);
  });

  it("are the id and the kind, too", () => {
    expect(matches(op("eq", { variable: "request.resource.id" }, value("1")))).toBe(true);
    expect(matches(op("eq", { variable: "request.resource.kind" }, value("invoice")))).toBe(false);
  });

  it.each([
    "request.principal.attr.a",
    "request.resource.attribute.a",
    "request.resource.policyVersion",
    "request.resource.id.a",
    "request.resource",
    "request.aux_data.jwt.a",
    "resource.attr.a",
    "attr.a",
    "a",
    "",
  ])("named %j are not known", (variable) => {
    expect(isOne(variable, { a: 1 })).toBe("unknown");
    expect(matches(op("ne", { variable }, value(null)), { a: 1 })).toBe("unknown");
  });
});

describe("index", () => {
  it("reads a key of a map and an element of a list", () => {
    expect(at({ "b.c": 1 }, "b.c")).toBe(true);
    expect(at({ b: 2 }, "b")).toBe(false);
    expect(at([0, 1], 1)).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    [{ b: 1 }, "c"],
    [{}, "constructor"],
    [{ 0: 1 }, 0],
    [[1], "0"],
    [[1], 1],
    [[1], -1],
    [[1], 0.5],
    [[1], "length"],
    ["1", 0],
    [null, "a"],
  ])("knows nothing of %j at %j", (container, key) => {
    expect(at(container, key)).toBe("unknown");
    expect(matches(op("ne", op("index", a, value(key)), value(null)), { a: container })).toBe("unknown");
  });
});

it.each([
  "matches",
  "timestamp",
  "if",
  "map",
  "lambda",
  "filter",
  "has",
  "list",
  "AND",
  "constructor",
  "__proto__",
  "",
])("operator %j is not known", (operator) => {
  expect(matches(op(operator, T, T))).toBe("unknown");
  expect(matches(op("not", op(operator, T)))).toBe("unknown");
  expect(matches(op("or", op(operator, T, T), T))).toBe("unknown");
  expect(matches(op("or", op(operator, T, T), T), undefined, { strictEvaluation: false })).toBe(true);
  expect(matches(op("and", op(operator, T, T), F))).toBe(false);
});

describe("a resource that the PDP could not be asked about is not known", () => {
  it.each<[string, unknown]>([
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["a function", () => 1],
    ["a BigInt", 1n],
    ["infinite", Number.POSITIVE_INFINITY],
    ["half a surrogate pair", "\uD83D"],
  ])("as an attribute is %s", (_, attribute) => {
    const resource: Resource = JSON.parse('{"kind":"document","id":"1","attr":{}}');
    Object.assign(resource.attr ?? {}, { odd: attribute });
    expect(matchesPlan(always, resource)).toBe("unknown");
  });

  it.each(["null", '{"kind":"document"}', '{"kind":"document","id":"1","attr":[]}'])("as it is %s", (json) => {
    const resource: Resource = JSON.parse(json);
    expect(matchesPlan(always, resource)).toBe("unknown");
    expect(matchesPlan(never, resource)).toBe("unknown");
  });
});
