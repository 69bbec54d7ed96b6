import assert from "node:assert/strict";
import { type Authorizer, createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type DocumentRecord, documentResource, documents } from "@kinde-cerbos/demo/data/documents.ts";
import { openDocuments } from "@kinde-cerbos/demo/server/document-store.ts";
import { EVERYTHING } from "@kinde-cerbos/demo/test/stored-documents.ts";
import { type User } from "../shared/task.ts";
import { type Quartiles, quartiles } from "./statistics.ts";

/** What a page of a long list costs, in ms, by a plan and by checks. */
export interface ListCost {
  readonly rows: number;
  /** The plan alone. */
  readonly plan: Quartiles;
  /** The plan, then the count of what it allows and the 20 newest of it, by SQL. */
  readonly byPlan: Quartiles;
  /** All rows loaded. */
  readonly load: Quartiles;
  /** How many of them were checked. */
  readonly checked: number;
  readonly checks: Quartiles;
  /** All rows loaded and checked, extrapolated from these two. */
  readonly byChecks: Quartiles;
}

/** How it is called with `--only`. */
export const LISTS = "lists, 100 000 rows";

const ORG_CODE = "org_aurora";
const ROWS = 100_000;
/** In 100 requests. All rows would take 2000 in each round: they are extrapolated, and tables say so. */
const CHECKED = 5000;

/** Lists one page of many documents in both ways, in turn, and fails unless they list the same ones. */
export async function measureList(pdpUrl: string, { token }: User, rounds: number): Promise<ListCost> {
  const authorizer = createAuthorizer({ pdp: createFetchPdp(pdpUrl), session: await createSession(token) });
  const store = openDocuments(":memory:", manyDocuments(ROWS));
  try {
    const byPlan: number[] = [];
    const plans: number[] = [];
    const loads: number[] = [];
    const checks: number[] = [];
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now();
      const plan = await authorizer.plan({ kind: "document", action: "edit" });
      const planned = performance.now();
      await store.list(plan, { orgCode: ORG_CODE, sort: "updatedAt", descending: true, limit: 20 });
      const listed = performance.now();
      // As an API that filters by itself would: all of them.
      const { documents: all } = await store.list(EVERYTHING, { orgCode: ORG_CODE });
      const loaded = performance.now();
      const allowed = await allowedOf(authorizer, all.slice(0, CHECKED));
      const checked = performance.now();
      const { documents: same } = await store.list(plan, { orgCode: ORG_CODE, limit: allowed.length });
      assert.deepEqual(
        same.map(({ id }) => id),
        allowed,
        "the list by plan is not the one by checks",
      );
      if (round === 0) continue;
      plans.push(planned - start);
      byPlan.push(listed - start);
      loads.push(loaded - listed);
      checks.push(checked - loaded);
    }
    return {
      rows: ROWS,
      plan: quartiles(plans),
      byPlan: quartiles(byPlan),
      load: quartiles(loads),
      checked: CHECKED,
      checks: quartiles(checks),
      byChecks: quartiles(loads.map((load, round) => load + (checks[round] ?? 0) * (ROWS / CHECKED))),
    };
  } finally {
    store.close();
    authorizer.dispose();
  }
}

/** The ids of those that checks allow. */
async function allowedOf(authorizer: Authorizer, some: readonly DocumentRecord[]): Promise<string[]> {
  const decisions = await authorizer.checkAll(
    some.map((document) => ({ action: "edit", resource: documentResource(document) })),
  );
  return some.filter((_, at) => decisions[at]?.allowed).map(({ id }) => id);
}

/** The documents of the demo's largest organization, again and again. */
function manyDocuments(count: number): DocumentRecord[] {
  const ours = documents.filter(({ orgCode }) => orgCode === ORG_CODE);
  return Array.from({ length: count }, (_, number) => {
    const document = ours[number % ours.length];
    assert(document);
    const updatedAt = new Date(Date.parse(document.updatedAt) - number * 1000).toISOString();
    return { ...document, id: `aurora-${String(number).padStart(6, "0")}`, updatedAt };
  });
}
