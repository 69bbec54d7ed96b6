// What a plan does not tell, by the PDP itself: docs/concepts/plans.md lists it. A Cerbos that tells it fails here, and the page
// can promise more.
import { cerbosVersion, isAtLeast } from "@kinde-cerbos/cli/internal";
import { type JsonValue, matchesPlan, type Resource } from "@kinde-cerbos/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LimitStack, startLimitStack } from "./limit-stack.ts";

let stack: LimitStack;

beforeAll(async () => {
  stack = await startLimitStack();
}, 60_000);

afterAll(() => stack.close());

/** What `matchesPlan` and the PDP say: `[said, is]`. */
async function verdicts(
  action: string,
  attr: NonNullable<Resource["attr"]>,
  user: { [key: string]: JsonValue } = {},
  scope?: string,
) {
  const authorizer = await stack.authorizerOf(user);
  const resource: Resource = { kind: "limit", id: "1", attr, scope };
  const plan = await authorizer.plan({ kind: "limit", action, scope });
  return [matchesPlan(plan, resource), (await authorizer.check({ action, resource })).allowed];
}

describe("`in` on what is no list", () => {
  test.each<[string, string, JsonValue]>([
    ["a text of the user", "in-users", "a"],
    ["a text of the user, negated", "not-in-users", "b"],
  ])("%s is planned as an equality, and refused by the check", async (_, action, regions) => {
    expect(await verdicts(action, { region: "a" }, { regions })).toEqual([true, false]);
  });

  test("a list of the user with one item is the same plan, and right", async () => {
    const [text, list] = await Promise.all(
      ["a", ["a"]].map(async (regions) =>
        (await stack.authorizerOf({ regions })).plan({ kind: "limit", action: "in-users" }),
      ),
    );
    expect(text).toEqual({ ...list, callId: text?.callId });
    expect(await verdicts("in-users", { region: "a" }, { regions: ["a"] })).toEqual([true, true]);
    expect(await verdicts("in-users", { region: "b" }, { regions: ["a"] })).toEqual([false, false]);
  });

  test("a text of the user is refused by both where the policy asks for its type", async () => {
    expect(await verdicts("guarded", { region: "a" }, { regions: "a" })).toEqual([false, false]);
    expect(await verdicts("guarded", { region: "a" }, { regions: ["a"] })).toEqual([true, true]);
    expect(await verdicts("guarded", { region: "a" }, { regions: ["b", "a"] })).toEqual([true, true]);
  });

  test("a text of the resource, or of an item in it, is unknown", async () => {
    expect(await verdicts("in-own", { region: "a", regions: "a" })).toEqual(["unknown", false]);
    expect(await verdicts("in-own", { region: "a", regions: ["a"] })).toEqual([true, true]);
    expect(await verdicts("in-item", { region: "a", items: ["a"] })).toEqual(["unknown", false]);
    expect(await verdicts("in-item", { region: "a", items: [["a"]] })).toEqual([true, true]);
  });

  test("a text of the user, for a value that is known as well, is unknown", async () => {
    expect(await verdicts("in-known", { region: "a" }, { regions: "a" })).toEqual(["unknown", false]);
    expect(await verdicts("in-known", { region: "a" }, { regions: ["a"] })).toEqual([true, true]);
  });
});

describe("a missing attribute", () => {
  test("has(R.attr.x) is planned as true, and !has(R.attr.x) as false", async () => {
    expect(await verdicts("has", {})).toEqual([true, false]);
    expect(await verdicts("has-not", {})).toEqual([false, true]);
  });

  test("null instead changes what the check answers", async () => {
    expect(await verdicts("has", { region: null })).toEqual([true, true]);
    expect(await verdicts("has-not", { region: null })).toEqual([false, false]);
  });

  test("a policy that compares with null is planned as it is checked, if it is given null", async () => {
    expect(await verdicts("is-set", { region: null })).toEqual([false, false]);
    expect(await verdicts("is-not-set", { region: null })).toEqual([true, true]);
    expect(await verdicts("is-set", { region: "a" })).toEqual([true, true]);
    expect(await verdicts("is-set", {})).toEqual(["unknown", false]);
    expect(await verdicts("is-not-set", {})).toEqual(["unknown", false]);
  });
});

test("map with a condition is planned as a filter, without what it makes of each item", async () => {
  expect(await verdicts("mapped", { items: [{ level: 2 }] })).toEqual([true, false]);
  expect(await verdicts("mapped", { items: [{ level: 2, name: "a" }] })).toEqual([true, true]);
});

test("the planner ignores DENY rules of principal policies", async () => {
  expect(await verdicts("barred", { region: "a" })).toEqual([true, false]);
});

test("ALLOW for one role and DENY for another on one condition is never planned as true", async () => {
  expect(await verdicts("two-roles", { region: "a" })).toEqual([false, true]);
});

test("before 0.53, a DENY of a parent scope is planned for its child", async () => {
  const isFixed = isAtLeast("0.53.0", cerbosVersion());
  expect(await verdicts("parent", {}, {}, "child")).toEqual([isFixed, true]);
});

test("a plan with a number that is none is an error of the PDP", async () => {
  const authorizer = await stack.authorizerOf({});
  await expect(authorizer.plan({ kind: "limit", action: "no-number" })).rejects.toMatchObject({
    code: "pdp_unavailable",
  });
});
