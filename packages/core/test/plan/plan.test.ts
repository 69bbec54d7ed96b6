import { PlanExpression, PlanExpressionValue, PlanExpressionVariable } from "@cerbos/core";
import { describe, expect, it } from "vitest";
import { type PlanQuery, preparePlanQuery, readPlan } from "../../src/plan/plan.ts";
import { codeOf, thrownBy } from "../support.ts";

const query: PlanQuery = { action: "view", kind: "document" };
const about = { actions: ["view"], resourceKind: "document", attr: {}, validationErrors: [], callId: "call-1" };

const read = (answer: object, asked: PlanQuery = query) =>
  readPlan({ cerbosCallId: "call-1", requestId: "r", validationErrors: [], ...answer }, preparePlanQuery(asked));

const conditional = (condition: unknown) => read({ kind: "KIND_CONDITIONAL", condition });

/** `not`, so many times. */
const nested = (depth: number): unknown =>
  Array.from({ length: depth }).reduce<unknown>((inner) => ({ operator: "not", operands: [inner] }), { value: true });

describe("preparePlanQuery", () => {
  it("takes a copy of the attributes", () => {
    const attr = { orgCode: "org_1", tags: ["a"], left: undefined };
    const prepared = preparePlanQuery({ ...query, attr, policyVersion: "v2", scope: "acme" });
    attr.tags.push("b");
    expect(prepared).toStrictEqual({
      actions: ["view"],
      resource: { kind: "document", attr: { orgCode: "org_1", tags: ["a"] }, policyVersion: "v2", scope: "acme" },
      resourceKey:
        '{"attr":{"orgCode":"org_1","tags":["a"]},"id":"new","kind":"document","policyVersion":"v2","scope":"acme"}',
    });
  });

  it("takes several actions, in any order and each once", () => {
    const prepared = preparePlanQuery({ kind: "document", actions: ["view", "edit", "view"] });
    expect(prepared.actions).toEqual(["edit", "view"]);
    expect(prepared).toStrictEqual(preparePlanQuery({ kind: "document", actions: ["edit", "view"] }));
    expect(preparePlanQuery({ kind: "document", actions: ["view"] })).toStrictEqual(preparePlanQuery(query));
  });

  it.each([
    [{ kind: "document" }, 'The query on kind "document" has no action: it is undefined.'],
    [
      { kind: "document", action: 7 },
      'The query on kind "document" has no action: it is of type number. It must be a string.',
    ],
    [{ action: "view" }, 'The query of "view" has no resource kind: it is undefined.'],
    [
      { action: "view", kind: 7 },
      'The query of "view" has no resource kind: it is of type number. It must be a string.',
    ],
    [
      { ...query, attr: [] },
      'The query of "view" on kind "document" has a resource attr that is no object: it is an array.',
    ],
    [
      { ...query, scope: 7n },
      'The query of "view" on kind "document" has a resource scope that is no string: it is of type bigint.',
    ],
  ])("says what is wrong with the query %o", (bad, message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as untyped callers may
    expect(thrownBy(() => preparePlanQuery(bad as PlanQuery))).toMatchObject({ message });
  });

  it.each([
    ["no action", { kind: "document", action: "" }],
    ["no actions", { kind: "document", actions: [] }],
    ["an action that is empty among others", { kind: "document", actions: ["view", ""] }],
    // As untyped callers may.
    ["a text for a list of actions", JSON.parse('{ "kind": "document", "actions": "view" }')],
    ["neither", JSON.parse('{ "kind": "document" }')],
    ["no kind", { ...query, kind: "" }],
    ["an attribute that is no JSON", { ...query, attr: { size: Number.NaN } }],
  ])("refuses a query with %s", (_, bad) => {
    expect(codeOf(thrownBy(() => preparePlanQuery(bad)))).toBe("invalid_check");
  });
});

describe("readPlan", () => {
  it.each(["ALWAYS_ALLOWED", "ALWAYS_DENIED"])("reads %s", (kind) => {
    expect(read({ kind: `KIND_${kind}` })).toStrictEqual({ ...about, kind });
  });

  it("reads a condition as plain JSON", () => {
    const condition = new PlanExpression("and", [
      new PlanExpression("eq", [new PlanExpressionVariable("request.resource.attr.a"), new PlanExpressionValue(null)]),
      new PlanExpression("in", [new PlanExpressionValue("x"), new PlanExpressionValue(["x", { k: [1] }])]),
    ]);
    const plan = conditional(condition);
    expect(plan).toStrictEqual({
      ...about,
      kind: "CONDITIONAL",
      condition: {
        operator: "and",
        operands: [
          { operator: "eq", operands: [{ variable: "request.resource.attr.a" }, { value: null }] },
          { operator: "in", operands: [{ value: "x" }, { value: ["x", { k: [1] }] }] },
        ],
      },
    });
    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
  });

  it("reads a condition that is a variable alone", () => {
    expect(conditional({ name: "request.resource.attr.isPublic" })).toMatchObject({
      condition: { variable: "request.resource.attr.isPublic" },
    });
  });

  it("says what the plan holds for", () => {
    const asked = { ...query, attr: { orgCode: "org_1" }, policyVersion: "v2", scope: "acme" };
    expect(read({ kind: "KIND_ALWAYS_ALLOWED" }, asked)).toStrictEqual({
      ...about,
      kind: "ALWAYS_ALLOWED",
      attr: { orgCode: "org_1" },
      policyVersion: "v2",
      scope: "acme",
    });
  });

  it("carries what the PDP found wrong with attributes", () => {
    const wrong = { path: "/state", message: "value must be one of", source: "SOURCE_RESOURCE" };
    expect(read({ kind: "KIND_ALWAYS_DENIED", validationErrors: [wrong, null, {}] })).toStrictEqual({
      ...about,
      kind: "ALWAYS_DENIED",
      validationErrors: [{ path: "", message: "", source: "" }, wrong],
    });
    expect(read({ kind: "KIND_ALWAYS_DENIED", validationErrors: "none" })).toMatchObject({ validationErrors: [] });
  });

  it("carries metadata, where there is any, and what it can read of it", () => {
    const metadata = { conditionString: "NO_MATCH", matchedScope: "acme", matchedScopes: { edit: "acme", other: "x" } };
    const asked: PlanQuery = { kind: "document", actions: ["view", "edit", "constructor"] };
    expect(read({ kind: "KIND_ALWAYS_DENIED", metadata }, asked)).toStrictEqual({
      ...about,
      actions: ["constructor", "edit", "view"],
      kind: "ALWAYS_DENIED",
      metadata: { conditionString: "NO_MATCH", matchedScopes: { constructor: "", edit: "acme", view: "" } },
    });
    expect(read({ kind: "KIND_ALWAYS_DENIED", metadata: {} })).toMatchObject({
      metadata: { conditionString: "", matchedScopes: { view: "" } },
    });
    expect(read({ kind: "KIND_ALWAYS_DENIED", metadata: undefined })).toStrictEqual({
      ...about,
      kind: "ALWAYS_DENIED",
    });
  });

  it("does without a call id", () => {
    expect(read({ kind: "KIND_ALWAYS_DENIED", cerbosCallId: 7 })).toMatchObject({ callId: "" });
  });

  it.each([undefined, null, "KIND_ALWAYS_ALLOWED", 1, []])("refuses %j, which is no plan", (response) => {
    const failure = thrownBy(() => readPlan(response, preparePlanQuery(query)));
    expect(codeOf(failure)).toBe("malformed_response");
  });

  it.each([
    ["no kind", {}],
    ["an unknown kind", { kind: "KIND_UNSPECIFIED" }],
    ["a kind in other words", { kind: "ALWAYS_ALLOWED" }],
    ["a kind that is no text", { kind: ["KIND_ALWAYS_ALLOWED"] }],
    ["a condition to always", { kind: "KIND_ALWAYS_ALLOWED", condition: { value: false } }],
    ["a condition to never", { kind: "KIND_ALWAYS_DENIED", condition: null }],
    ["the REST form, which a client has to translate", { filter: { kind: "KIND_ALWAYS_ALLOWED" } }],
  ])("refuses a plan with %s", (_, answer) => {
    expect(codeOf(thrownBy(() => read(answer)))).toBe("malformed_response");
  });

  it.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["true", true],
    ["empty", {}],
    ["an operator without operands", { operator: "and" }],
    ["operands without an operator", { operands: [] }],
    ["an operator that is no text", { operator: 1, operands: [] }],
    ["operands that are no list", { operator: "and", operands: {} }],
    ["a variable that is no text", { name: 1 }],
    ["a variable and a value", { name: "x", value: true }],
    ["an operator and a value", { operator: "not", operands: [{ value: false }], value: true }],
    ["a value that is no JSON", { value: Number.NaN }],
    ["a value that is a function", { value: () => true }],
    ["broken further down", { operator: "not", operands: [{ operator: "and", operands: [{}] }] }],
  ])("refuses a condition that is %s", (_, condition) => {
    expect(codeOf(thrownBy(() => conditional(condition)))).toBe("malformed_response");
  });

  it("reads a deep condition and refuses a bottomless one", () => {
    expect(conditional(nested(256))).toMatchObject({ kind: "CONDITIONAL" });
    expect(codeOf(thrownBy(() => conditional(nested(257))))).toBe("malformed_response");
    expect(codeOf(thrownBy(() => conditional(nested(100_000))))).toBe("malformed_response");
  });
});
