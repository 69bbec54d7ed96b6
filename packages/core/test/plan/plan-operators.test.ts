import { type JsonValue, type MatchesPlanOptions, type PlanCondition } from "@kinde-cerbos/core";
import { describe, expect, it } from "vitest";
import { a, F, matches, op, T, value, type Verdict } from "../plan-conditions.ts";

const t: PlanCondition = { variable: "t" };
const lambda = (body: PlanCondition, ...names: string[]): PlanCondition =>
  op("lambda", body, ...names.map((variable) => ({ variable })));

/** Whether the `t` around it is one of `["b", "c"]`: always, if it has that name itself. */
const inner = (name: string): PlanCondition =>
  op("exists", value(["b", "c"]), lambda(op("eq", { variable: name }, t), name));

describe("functions of texts", () => {
  it.each<[string, JsonValue, JsonValue, Verdict]>([
    ["startsWith", "abc", "ab", true],
    ["startsWith", "abc", "bc", false],
    ["startsWith", "abc", "", true],
    ["startsWith", "\u{1F600}a", "\u{1F600}", true],
    ["startsWith", "\u{1F600}", "\u{1F601}", false],
    ["endsWith", "abc", "bc", true],
    ["endsWith", "abc", "ab", false],
    ["contains", "abc", "b", true],
    ["contains", "abc", "ac", false],
    ["contains", "", "", true],
    // Lists have none of them.
    ["contains", ["a"], "a", "unknown"],
    ["startsWith", ["a"], "a", "unknown"],
    ["startsWith", "1", 1, "unknown"],
    ["endsWith", null, "", "unknown"],
  ])("%s of %j and %j", (operator, text, part, expected) => {
    expect(matches(op(operator, a, value(part)), { a: text })).toBe(expected);
    expect(matches(op(operator, value(text), a), { a: part })).toBe(expected);
  });

  it("have two operands", () => {
    expect(matches(op("startsWith", a), { a: "a" })).toBe("unknown");
    expect(matches(op("contains", a, value("a"), value("a")), { a: "a" })).toBe("unknown");
  });
});

describe("size", () => {
  it.each<[JsonValue, number]>([
    ["", 0],
    ["ab", 2],
    ["\u{1F600}", 1],
    ["e\u0301", 2],
    [[], 0],
    [["a", ["b", "c"]], 2],
    [{}, 0],
    [{ a: 1, b: null }, 2],
  ])("of %j is %i", (container, size) => {
    expect(matches(op("eq", op("size", a), value(size)), { a: container })).toBe(true);
    expect(matches(op("gt", op("size", a), value(size)), { a: container })).toBe(false);
  });

  it.each<[JsonValue | undefined]>([[1], [true], [null], [undefined]])("of %j is not known", (container) => {
    expect(matches(op("ge", op("size", a), value(0)), { a: container })).toBe("unknown");
  });

  it("has one operand", () => {
    expect(matches(op("ge", op("size"), value(0)))).toBe("unknown");
    expect(matches(op("ge", op("size", a, a), value(0)), { a: "a" })).toBe("unknown");
  });
});

describe("hasIntersection", () => {
  it.each<[JsonValue, JsonValue, Verdict]>([
    [["a", "b"], ["b"], true],
    [["a"], ["b"], false],
    [[], ["b"], false],
    [["a"], [], false],
    [[1, "a"], ["a"], true],
    [[1, "a"], ["b"], "unknown"],
    [[["a"]], [["a"]], "unknown"],
    ["a", ["a"], "unknown"],
    [["a"], "a", "unknown"],
    [{ a: 1 }, ["a"], "unknown"],
  ])("of %j and %j", (left, right, expected) => {
    for (const operator of ["hasIntersection", "has_intersection"]) {
      expect(matches(op(operator, a, value(right)), { a: left })).toBe(expected);
    }
  });
});

describe("macros", () => {
  /** The verdicts of `exists`, `all` and `exists_one`, and whether `filter` keeps just one. */
  const over = (container: JsonValue, body: PlanCondition, options?: MatchesPlanOptions): string =>
    ["exists", "all", "exists_one", "filter"]
      .map((operator) => op(operator, a, lambda(body, "t")))
      .map((node, at) => matches(at < 3 ? node : op("eq", op("size", node), value(1)), { a: container }, options))
      .map((verdict) => (verdict === "unknown" ? "?" : verdict ? "T" : "F"))
      .join("");

  const isA = op("eq", t, value("a"));

  it.each<[JsonValue, string, string]>([
    // Without strict evaluation, `exists` is an `or` and `all` an `and`: one item decides.
    [[], "FTFF", "FTFF"],
    [["a"], "TTTT", "TTTT"],
    [["b"], "FFFF", "FFFF"],
    [["a", "b"], "TFTT", "TFTT"],
    [["a", "a"], "TTFF", "TTFF"],
    [["a", 1], "T???", "????"],
    [["b", 1], "?F??", "?F??"],
    [[1], "????", "????"],
    // The keys of a map.
    [{}, "FTFF", "FTFF"],
    [{ a: 1, b: "a" }, "TFTT", "TFTT"],
    ["a", "????", "????"],
    [null, "????", "????"],
    [1, "????", "????"],
  ])("over %j", (container, lenient, strict) => {
    expect(over(container, isA, { strictEvaluation: false })).toBe(lenient);
    expect(over(container, isA)).toBe(strict);
  });

  it("see fields of their items, and what is around them", () => {
    const items = [
      { name: "a", "a-b": 1 },
      { name: "b", "a-b": 2 },
    ];
    expect(over(items, op("eq", { variable: "t.name" }, value("a")))).toBe("TFTT");
    expect(over(items, op("eq", op("index", t, value("a-b")), value(2)))).toBe("TFTT");
    expect(over(items, op("eq", { variable: "t.name.more" }, value("a")))).toBe("????");
    expect(over(items, op("eq", { variable: "u.name" }, value("a")))).toBe("????");
    expect(over(["1", "2"], op("eq", t, { variable: "request.resource.id" }))).toBe("TFTT");
  });

  it("may be nested, and hide the name of an outer one", () => {
    expect(over(["a", "b"], inner("u"))).toBe("TFTT");
    // Each `t` is one of the inner list here.
    expect(over(["a", "x"], inner("t"))).toBe("TTFF");
    expect(over(["a", "b"], op("and", inner("t"), isA))).toBe("TFTT");
  });

  it.each<[string, PlanCondition]>([
    ["without a lambda", op("exists", a)],
    ["with what is no lambda", op("exists", a, isA)],
    ["with a variable for a lambda", op("exists", a, t)],
    ["with something after it", op("exists", a, lambda(isA, "t"), T)],
    ["with a lambda of nothing", op("exists", a, op("lambda"))],
    ["with a lambda without a variable", op("exists", a, lambda(isA))],
    ["with a lambda of two variables", op("exists", a, lambda(isA, "t", "u"))],
    ["with a value for a variable", op("exists", a, op("lambda", isA, value("t")))],
    // `has(t.name)` is planned so.
    ["with a constant", op("exists", a, lambda(T, "t"))],
    ["with a constant that is false", op("not", op("all", a, lambda(F, "t")))],
    ["over a number", op("exists", value(1), lambda(isA, "t"))],
  ])("%s are not known", (_, node) => {
    expect(matches(node, { a: ["a"] })).toBe("unknown");
    expect(matches(node, { a: ["a"] }, { strictEvaluation: false })).toBe("unknown");
  });

  it.each(["request", "request.resource", "request.principal", "variables", "constants", "globals", "runtime"])(
    "whose variable hides Cerbos' own %s are not known",
    (name) => {
      expect(matches(op("exists", a, lambda(op("eq", { variable: name }, value("a")), name)), { a: ["a"] })).toBe(
        "unknown",
      );
    },
  );

  it("tell how long a filtered list is, and not what is in it", () => {
    const filtered = op("filter", a, lambda(isA, "t"));
    expect(matches(op("in", value("a"), filtered), { a: ["a"] })).toBe("unknown");
    expect(matches(op("exists", filtered, lambda(isA, "t")), { a: ["a"] })).toBe("unknown");
    expect(matches(op("eq", op("size", op("map", a, lambda(isA, "t"))), value(1)), { a: ["a"] })).toBe("unknown");
  });
});
