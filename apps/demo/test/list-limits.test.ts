// Where a list that a database filters by a plan and checks of each row disagree, and what to do about it: docs/guides/lists.md
// has these cases. A Cerbos or an adapter that does better fails here, and the page can promise more.
import { DatabaseSync } from "node:sqlite";
import { type NullAttributeRepresentation, queryPlanToPrisma } from "@cerbos/orm-prisma";
import { type JsonValue } from "@kinde-cerbos/core";
import { filterFromPlan } from "@kinde-cerbos/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prisma, PrismaClient } from "../server/prisma/generated/client.ts";
import { reading } from "../server/prisma/node-sqlite.ts";
import { type LimitStack, startLimitStack } from "./limit-stack.ts";

let stack: LimitStack;

beforeAll(async () => {
  stack = await startLimitStack();
}, 60_000);

afterAll(() => stack.close());

/** How rows are stored, and what is said of them. */
interface Setting {
  readonly collation?: "BINARY" | "NOCASE";
  /** Whether LIKE is told that "a" and "A" differ. */
  readonly sensitiveLike?: boolean;
  /** What the adapter is told of a NULL. */
  readonly told?: NullAttributeRepresentation;
  /** Whether checks are given `null` for a NULL, or nothing. Default: `null`. */
  readonly omits?: boolean;
  readonly user?: { [key: string]: JsonValue };
}

/** The regions of rows that a list has, and of those that checks allow. The column is a nullable one. */
async function regions(action: string, rows: readonly (string | null)[], setting: Setting = {}) {
  const { collation = "BINARY", sensitiveLike = true, told, omits = false, user = {} } = setting;
  const authorizer = await stack.authorizerOf(user);
  using database = new DatabaseSync(":memory:");
  database.exec(`CREATE TABLE documents (id TEXT, shared_at TEXT COLLATE ${collation}) STRICT;
    PRAGMA case_sensitive_like = ${sensitiveLike ? "ON" : "OFF"}`);
  const insert = database.prepare("INSERT INTO documents VALUES (?, ?)");
  for (const [id, region] of rows.entries()) insert.run(String(id), region);

  const where = filterFromPlan<Prisma.DocumentWhereInput>(await authorizer.plan({ kind: "limit", action }), {
    all: {},
    none: { id: { in: [] } },
    translate(queryPlan) {
      const field = { field: "sharedAt", ...(told && { nullAttributeRepresentation: told }) };
      const result = queryPlanToPrisma({ queryPlan, mapper: { "request.resource.attr.region": field } });
      return "filters" in result ? result.filters : { id: { in: [] } };
    },
  });
  const { document } = new PrismaClient({ adapter: reading(database) });
  const found = await document.findMany({ where, select: { id: true, sharedAt: true }, orderBy: { id: "asc" } });
  const checks = rows.map((region, id) => {
    const attr = region === null && omits ? {} : { region };
    return { action, resource: { kind: "limit", id: String(id), attr } } as const;
  });
  const decisions = await authorizer.checkAll(checks);
  return {
    listed: found.map(({ sharedAt }) => sharedAt),
    allowed: rows.filter((_, at) => decisions[at]?.allowed === true),
  };
}

const ROWS = ["a", "b", "c", null];

describe("NULL, if checks are given null", () => {
  test.each([
    ["is-set", ["a", "b", "c"]],
    ["is-not-set", [null]],
    ["is-a", ["a"]],
    ["is-in", ["a", "b"]],
  ])("%s lists what checks allow", async (action, expected) => {
    expect(await regions(action, ROWS)).toEqual({ listed: expected, allowed: expected });
  });

  test.each([
    ["is-not-a", ["b", "c", null], ["b", "c"]],
    ["is-not-in", ["c", null], ["c"]],
  ])("%s loses the rows with NULL, unless the adapter is told of them", async (action, allowed, without) => {
    expect(await regions(action, ROWS)).toEqual({ listed: without, allowed });
    expect(await regions(action, ROWS, { told: "explicit" })).toEqual({ listed: allowed, allowed });
  });
});

describe("NULL, if checks leave the attribute out", () => {
  test("a comparison with null lists what checks deny, unless the adapter is told: then it refuses", async () => {
    expect(await regions("is-not-set", ROWS, { omits: true })).toEqual({ listed: [null], allowed: [] });
    await expect(regions("is-not-set", ROWS, { omits: true, told: "omitted" })).rejects.toMatchObject({
      code: "untranslatable_plan",
      message: expect.stringContaining("eq(request.resource.attr.region, null)"),
    });
  });

  test("has() lists rows that checks deny, and !has() lists none of those they allow", async () => {
    expect(await regions("has", ROWS, { omits: true })).toEqual({ listed: ROWS, allowed: ["a", "b", "c"] });
    expect(await regions("has-not", ROWS, { omits: true })).toEqual({ listed: [], allowed: [null] });
  });
});

describe("case", () => {
  const rows = ["a1", "A1"];

  test("a column that ignores it lists what checks deny", async () => {
    expect(await regions("is-a", ["a", "A"], { collation: "NOCASE" })).toEqual({ listed: ["a", "A"], allowed: ["a"] });
    expect(await regions("is-a", ["a", "A"])).toEqual({ listed: ["a"], allowed: ["a"] });
  });

  test("LIKE of SQLite ignores it in every column, unless it is told not to", async () => {
    expect(await regions("starts", rows, { sensitiveLike: false })).toEqual({ listed: rows, allowed: ["a1"] });
    expect(await regions("starts", rows)).toEqual({ listed: ["a1"], allowed: ["a1"] });
  });
});

describe("`in` on what is no list", () => {
  test("a text of the user lists what checks deny, unless the policy asks for its type", async () => {
    expect(await regions("in-users", ROWS, { user: { regions: "a" } })).toEqual({ listed: ["a"], allowed: [] });
    expect(await regions("guarded", ROWS, { user: { regions: "a" } })).toEqual({ listed: [], allowed: [] });
    expect(await regions("guarded", ROWS, { user: { regions: ["a"] } })).toEqual({ listed: ["a"], allowed: ["a"] });
  });

  test("it is refused where the plan shows it", async () => {
    await expect(regions("in-known", ROWS, { user: { regions: "a" } })).rejects.toMatchObject({
      code: "untranslatable_plan",
      message: expect.stringContaining("`in` on a text"),
    });
    expect(await regions("in-known", ROWS, { user: { regions: ["a"] } })).toEqual({ listed: ["a"], allowed: ["a"] });
  });
});

test("a DENY rule of a principal policy is ignored", async () => {
  expect(await regions("barred", ROWS)).toEqual({ listed: ["a"], allowed: [] });
});

test("ALLOW for one role and DENY for another on one condition lists nothing", async () => {
  expect(await regions("two-roles", ROWS)).toEqual({ listed: [], allowed: ["a"] });
});

test.each([
  ["matches", "matches(request.resource.attr.region, <string>)"],
  ["wildcard", "startsWith(request.resource.attr.region, <string>)"],
  ["in-own", "in(request.resource.attr.region, request.resource.attr.regions)"],
])("what the adapter cannot translate is an error that names the condition: %s", async (action, part) => {
  await expect(regions(action, ROWS)).rejects.toMatchObject({
    code: "untranslatable_plan",
    message: expect.stringContaining(part),
  });
});
