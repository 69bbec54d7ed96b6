// The list that SQLite filters by a plan, against checks of each row.
import { fileURLToPath } from "node:url";
import { type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { type Plan } from "@kinde-cerbos/core";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { createEnforcer, type Enforcer } from "@kinde-cerbos/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STATES } from "../data/document.ts";
import { ACTIONS, documents } from "../data/documents.ts";
import { SORTS } from "../server/document-list.ts";
import { type DocumentStore, openDocuments } from "../server/document-store.ts";
import { CLIENT_ID, kindeConfig } from "../stack/kinde-config.ts";
import { oracle } from "./oracle.ts";
import { EVERYTHING } from "./stored-documents.ts";

const config = await kindeConfig("http://localhost:5173");
const memberships = config.people.flatMap(({ id, memberships: places }) =>
  places.map(({ organization }) => ({ person: id, organization })),
);
const organizations = config.organizations.map(({ code }) => code);

let kinde: LocalKinde;
let pdp: Pdp;
let enforcer: Enforcer;
let store: DocumentStore;

beforeAll(async () => {
  kinde = await startLocalKinde({ config });
  pdp = await startPdp({
    policies: fileURLToPath(new URL("../policies", import.meta.url)),
    jwksUrl: `${kinde.url}/.well-known/jwks`,
    globals: { issuer: kinde.url, clientId: CLIENT_ID },
  });
  enforcer = createEnforcer({ issuer: kinde.url, clientId: CLIENT_ID, pdp: pdp.url });
  store = openDocuments(":memory:");
}, 60_000);

afterAll(async () => {
  store.close();
  await pdp.stop();
  await kinde.close();
});

test.each(memberships)(
  "lists what checks of each row allow, for each action and organization: $person in $organization",
  async (membership) => {
    const token = await kinde.createToken(membership);
    const request = new Request("http://localhost", { headers: { authorization: `Bearer ${token}` } });
    const listed = new Set<string>();
    for (const action of ACTIONS) {
      const plan = await enforcer.plan(request, { kind: "document", action });
      for (const orgCode of organizations) {
        const page = await store.list(plan, { orgCode });
        expect(page.total).toBe(page.documents.length);
        for (const { id } of page.documents) listed.add(`${id} ${action}`);
      }
    }
    expect(listed).toEqual(await oracle(pdp.url, token, documents));
    expect(listed.size).toBeGreaterThan(0);
  },
);

test("lists nothing for a plan that denies all, whatever the query", async () => {
  const denied = { ...EVERYTHING, kind: "ALWAYS_DENIED" } as const;
  for (const orgCode of organizations) {
    for (const query of [{}, { state: "published" }, { limit: 20 }, { sort: "title", descending: true }] as const)
      expect(await store.list(denied, { orgCode, ...query })).toEqual({ documents: [], total: 0 });
  }
});

test("a plan that was made for one organization lists no other one's documents", async () => {
  const token = await kinde.createToken({ person: "kp_mara", organization: "org_aurora" });
  const request = new Request("http://localhost", { headers: { authorization: `Bearer ${token}` } });
  const attr = { orgCode: "org_aurora" };
  const plan = await enforcer.plan(request, { kind: "document", action: "view", attr });
  expect(plan).toMatchObject({ kind: "ALWAYS_ALLOWED" });
  expect(await store.list(plan, { orgCode: "org_aurora" })).toMatchObject({ total: 60 });
  expect(await store.list(plan, { orgCode: "org_borealis" })).toMatchObject({ total: 0 });
});

describe("a condition on the title", () => {
  test("distinguishes upper and lower case, as policies do", async () => {
    expect(await store.list(titled("Harbour"), { orgCode: "org_aurora" })).toMatchObject({ total: 15 });
    expect(await store.list(titled("HARBOUR"), { orgCode: "org_aurora" })).toMatchObject({ total: 0 });
  });

  test("that SQL cannot express is an error, and no list", async () => {
    await expect(store.list(titled("50 %"), { orgCode: "org_aurora" })).rejects.toMatchObject({
      code: "untranslatable_plan",
    });
  });
});

test("an attribute without a column is an error, and no list", async () => {
  const condition = { operator: "eq", operands: [{ variable: "request.resource.attr.version" }, { value: 1 }] };
  const plan = { ...EVERYTHING, kind: "CONDITIONAL", condition } as const;
  await expect(store.list(plan, { orgCode: "org_aurora" })).rejects.toMatchObject({
    code: "untranslatable_plan",
    message: expect.stringContaining("The documents table has no column for request.resource.attr.version"),
  });
});

describe("a page of a list", () => {
  const orgCode = "org_aurora";
  const ours = documents.filter((document) => document.orgCode === orgCode);

  test.each(SORTS.flatMap((sort) => [false, true].map((descending) => ({ sort, descending }))))(
    "is one of the whole list, sorted by $sort, descending: $descending",
    async ({ sort, descending }) => {
      const sorted = ours.toSorted(
        (one, other) => order(one[sort], other[sort]) * (descending ? -1 : 1) || order(one.id, other.id),
      );
      const paged: string[] = [];
      for (let offset = 0; offset < 70; offset += 7) {
        const page = await store.list(EVERYTHING, { orgCode, sort, descending, offset, limit: 7 });
        expect(page.total).toBe(60);
        expect(page.documents.length).toBeLessThanOrEqual(7);
        paged.push(...page.documents.map(({ id }) => id));
      }
      expect(paged).toEqual(sorted.map(({ id }) => id));
    },
  );

  test.each(STATES)("is of documents in one state: %s", async (state) => {
    const expected = ours.filter((document) => document.state === state);
    const { documents: found, total } = await store.list(EVERYTHING, { orgCode, state, limit: 3 });
    expect(found).toMatchObject(expected.slice(0, 3));
    expect(total).toBe(expected.length);
  });
});

/** As SQLite orders text that has no characters above U+FFFF. */
function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A plan that allows documents whose title begins so. */
function titled(title: string): Plan {
  return {
    ...EVERYTHING,
    kind: "CONDITIONAL",
    condition: { operator: "startsWith", operands: [{ variable: "request.resource.attr.title" }, { value: title }] },
  };
}
