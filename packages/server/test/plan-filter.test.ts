import { queryPlanToPrisma } from "@cerbos/orm-prisma";
import { type AuthzError, type JsonValue, type Plan, type PlanCondition } from "@kinde-cerbos/core";
import { describe, expect, test, vi } from "vitest";
import { filterFromPlan, type PlanFilterOptions } from "../src/plan-filter.ts";
import { toQueryPlan } from "../src/query-plan.ts";

const about = {
  actions: ["view"],
  resourceKind: "document",
  attr: {},
  validationErrors: [],
  callId: "01HHENANTHFD5DV3HZGDKB87PJ",
};
const allowed: Plan = { ...about, kind: "ALWAYS_ALLOWED" };
const denied: Plan = { ...about, kind: "ALWAYS_DENIED" };
const conditional = (condition: PlanCondition): Plan => ({ ...about, kind: "CONDITIONAL", condition });

const attr = (name: string): PlanCondition => ({ variable: `request.resource.attr.${name}` });
const value = (one: JsonValue): PlanCondition => ({ value: one });
const apply = (operator: string, ...operands: PlanCondition[]): PlanCondition => ({ operator, operands });

const isOwner = apply("eq", attr("ownerId"), value("kp_ann"));
const isOpen = apply("in", attr("state"), value(["draft", "in_review"]));

const columnOf = (name: string) => ({ field: name.replace("request.resource.attr.", "") });

/** As an app has it that uses Prisma. */
const prisma: PlanFilterOptions<object> = {
  all: {},
  none: { id: { in: [] } },
  translate(queryPlan) {
    const result = queryPlanToPrisma({ queryPlan, mapper: columnOf });
    return "filters" in result ? result.filters : prisma.none;
  },
};

function errorOf(act: () => unknown): AuthzError {
  try {
    act();
  } catch (error) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each test looks at its code
    return error as AuthzError;
  }
  throw new Error("It did not throw.");
}

describe("toQueryPlan", () => {
  test("has the shape of Cerbos' clients, which their adapters take", () => {
    const queryPlan = toQueryPlan(conditional(apply("or", isOwner, apply("not", isOpen))));
    expect(queryPlan).toEqual({
      kind: "KIND_CONDITIONAL",
      cerbosCallId: "01HHENANTHFD5DV3HZGDKB87PJ",
      requestId: "",
      validationErrors: [],
      metadata: undefined,
      condition: {
        operator: "or",
        operands: [
          { operator: "eq", operands: [{ name: "request.resource.attr.ownerId" }, { value: "kp_ann" }] },
          {
            operator: "not",
            operands: [
              {
                operator: "in",
                operands: [{ name: "request.resource.attr.state" }, { value: ["draft", "in_review"] }],
              },
            ],
          },
        ],
      },
    });
    expect(queryPlanToPrisma({ queryPlan })).toMatchObject({ kind: "KIND_CONDITIONAL" });
    expect(queryPlanToPrisma({ queryPlan: toQueryPlan(allowed) })).toEqual({ kind: "KIND_ALWAYS_ALLOWED" });
    expect(queryPlanToPrisma({ queryPlan: toQueryPlan(denied) })).toEqual({ kind: "KIND_ALWAYS_DENIED" });
  });

  test("a plan for given attributes selects only rows that have them", () => {
    const given = { attr: { orgCode: "org_acme", deletedAt: null } };
    const [org, deleted] = [
      { operator: "eq", operands: [{ name: "request.resource.attr.orgCode" }, { value: "org_acme" }] },
      { operator: "eq", operands: [{ name: "request.resource.attr.deletedAt" }, { value: null }] },
    ];
    expect(toQueryPlan({ ...allowed, ...given })).toMatchObject({
      kind: "KIND_CONDITIONAL",
      condition: { operator: "and", operands: [org, deleted] },
    });
    expect(toQueryPlan({ ...conditional(isOwner), ...given })).toMatchObject({
      condition: { operator: "and", operands: [org, deleted, { operator: "eq" }] },
    });
    expect(toQueryPlan({ ...allowed, attr: { orgCode: "org_acme" } })).toMatchObject({ condition: org });
    expect(toQueryPlan({ ...denied, ...given })).toMatchObject({ kind: "KIND_ALWAYS_DENIED" });
    // A scope is no attribute, so no row is known to have it.
    expect(filterFromPlan({ ...allowed, scope: "org_acme" }, prisma)).toBe(prisma.all);
    expect(filterFromPlan({ ...allowed, attr: { orgCode: "org_acme" } }, prisma)).toEqual({
      orgCode: { equals: "org_acme" },
    });
  });

  test.each([
    ["a list", ["a"]],
    ["a map", { a: 1 }],
  ])("a plan for an attribute that is %s is refused", (_, tags) => {
    expect(errorOf(() => toQueryPlan({ ...allowed, attr: { tags } }))).toMatchObject({
      code: "untranslatable_plan",
      message: expect.stringContaining('"tags"'),
    });
  });

  test("what Cerbos is known to plan wrongly is refused, where it can be seen", () => {
    // `"a" in P.attr.regions`, where that is a text: each check fails.
    const inText = conditional(apply("or", isOwner, apply("eq", value("a"), value("a"))));
    // `R.attr.items.exists(item, has(item.name))`.
    const hasField = conditional(apply("exists", attr("items"), apply("lambda", value(true), { variable: "item" })));
    expect(errorOf(() => toQueryPlan(inText))).toMatchObject({
      code: "untranslatable_plan",
      message: expect.stringContaining("eq(<string>, <string>)"),
    });
    expect(errorOf(() => toQueryPlan(hasField))).toMatchObject({
      code: "untranslatable_plan",
      message: expect.stringContaining("lambda(<boolean>, item)"),
    });
  });
});

describe("filterFromPlan", () => {
  test("a filter for each kind of plan, and never none at all", () => {
    expect(filterFromPlan(allowed, prisma)).toBe(prisma.all);
    expect(filterFromPlan(denied, prisma)).toBe(prisma.none);
    expect(filterFromPlan(conditional(apply("and", isOwner, isOpen)), prisma)).toEqual({
      AND: [{ ownerId: { equals: "kp_ann" } }, { state: { in: ["draft", "in_review"] } }],
    });
  });

  test.each(["ALWAYS_DENIED", "KIND_ALWAYS_ALLOWED", undefined])("a plan of kind %s denies all", (kind) => {
    const plan: Plan = JSON.parse(JSON.stringify({ ...about, kind }));
    const translate = vi.fn<() => object>();
    expect(filterFromPlan(plan, { ...prisma, translate })).toBe(prisma.none);
    expect(translate).not.toHaveBeenCalled();
    expect(toQueryPlan(plan).kind).toBe("KIND_ALWAYS_DENIED");
  });

  test.each([
    ["an object", {}],
    ["a list", []],
    ["a text", ""],
    ["null", null],
    ["undefined", undefined],
  ])("none may not be empty, as %s is: most databases would return every row", (_, none) => {
    expect(errorOf(() => filterFromPlan<unknown>(allowed, { ...prisma, none }))).toMatchObject({
      code: "invalid_option",
      message: expect.stringMatching(/^none must/),
    });
  });

  test.each([
    ["all is missing", { none: prisma.none, translate: prisma.translate }, /^all must/],
    ["translate is missing", { none: prisma.none, all: {} }, /^translate must/],
    ["one is misspelled", { ...prisma, some: {} }, /^filterFromPlan has no option "some"/],
  ])("options are refused if %s", (_, options, message) => {
    // @ts-expect-error -- untyped callers pass anything
    const act = (): unknown => filterFromPlan(denied, options);
    expect(errorOf(act)).toMatchObject({ code: "invalid_option", message: expect.stringMatching(message) });
  });

  test("a condition that the adapter cannot translate is an error that names its part, without the user's values", () => {
    const part = apply("matches", attr("title"), value("secret"));
    const plan = conditional(apply("and", isOwner, apply("or", isOpen, apply("not", part))));
    const error = errorOf(() => filterFromPlan(plan, prisma));
    expect(error).toMatchObject({ code: "untranslatable_plan", cause: expect.any(Error) });
    expect(error.message).toBe(
      'The plan for view on document cannot become a filter: translate failed with "Unsupported operator: matches". ' +
        "The policies for document have this part: matches(request.resource.attr.title, <string>).",
    );
  });

  test.each([{}, [], undefined, ""])("an empty filter of a condition (%j) is an error, and not every row", (filter) => {
    expect(
      errorOf(() => filterFromPlan<unknown>(conditional(isOwner), { ...prisma, translate: () => filter })).code,
    ).toBe("untranslatable_plan");
  });

  test("a token that the translator's error quotes is in neither the message nor the cause", () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${"eyJzdWIiOiJrcF9hbm4ifQ".padEnd(60, "A")}.${"s".repeat(40)}`;
    const translate = (): object => {
      throw new Error(`cannot map ${token}`);
    };
    const error = errorOf(() => filterFromPlan(conditional(isOwner), { ...prisma, translate }));
    expect(`${error.message} ${String(error.cause)}`).not.toContain("eyJ");
  });
});
