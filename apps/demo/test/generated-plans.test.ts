// matchesPlan against the PDP itself, over resources that nobody thought of.
import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import { hasStrictEvaluation } from "@kinde-cerbos/cli/internal";
import {
  type Authorizer,
  createAuthorizer,
  createSession,
  matchesPlan,
  type Plan,
  type Resource,
} from "@kinde-cerbos/core";
import { type LocalKinde, startLocalKinde, startPdp, type TestPdp } from "@kinde-cerbos/testing/node";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kindeConfig } from "../stack/kinde-config.ts";

/** Conditions of operators that matchesPlan knows: on whole resources it has an answer to each. */
const KNOWN = ["eq", "ne", "lt", "le", "gt", "ge", "between", "in", "in-attr", "flag", "not-flag", "nothing"]
  .concat(["nested", "two-attributes", "id", "mixed", "denied", "always"])
  .concat(["size-text", "size-list", "size-map", "size-number", "starts", "ends", "contains", "starts-known"])
  .concat(["intersects", "intersects-attr", "exists", "all", "exists-one", "filter", "exists-key", "exists-field"])
  .concat(["all-field", "exists-outer", "nested-macros", "shadowed", "exists-or", "not-exists", "unfolded"]);
/** Those of which it has to say that it does not know. */
const UNKNOWN = ["sum", "matches", "mapped", "filtered", "has-field", "hidden"];
const ACTIONS = [...KNOWN, ...UNKNOWN];
const RUNS = 20;

let kinde: LocalKinde;

beforeAll(async () => {
  // Only for its keys, which the PDP waits for: nobody signs in here.
  kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
});

afterAll(() => kinde.close());

const word = fc.constantFrom("", "a", "b", "c", "ba", "B", "ä", "\u{1F600}", "\u{FFFD}");
const whole: { readonly [name: string]: fc.Arbitrary<NonNullable<Resource["attr"]>[string]> } = {
  text: word,
  size: fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(2.5, 3.0000001, -0, 1e300)),
  flag: fc.boolean(),
  tags: fc.array(word, { maxLength: 3 }),
  others: fc.array(word, { maxLength: 3 }),
  labels: fc.dictionary(fc.constantFrom("a", "b", "c"), word, { maxKeys: 3 }),
  members: fc.array(fc.record({ name: word, level: fc.integer({ min: 0, max: 4 }) }), { maxLength: 3 }),
  owner: fc.record({ team: word }),
};
const scalar = fc.oneof(word, fc.integer({ min: -3, max: 5 }), fc.constant(null));
const anything = fc.oneof(
  word,
  fc.integer({ min: -3, max: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(scalar, { maxLength: 3 }),
  fc.array(fc.record({ name: scalar, level: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("team", "a", "__proto__"), word, { maxKeys: 2 }),
);

const resources = (attr: fc.Arbitrary<NonNullable<Resource["attr"]>>): fc.Arbitrary<Resource[]> =>
  fc.array(fc.record({ kind: fc.constant("specimen"), id: fc.constantFrom("a", "b", "__proto__"), attr }), {
    minLength: 20,
    maxLength: 20,
  });

// An older Cerbos has no strict evaluation.
describe.each(hasStrictEvaluation() ? [true, false] : [false])("with strictEvaluation: %s", (strictEvaluation) => {
  let pdp: TestPdp;
  let authorizer: Authorizer;
  const plans = new Map<string, Plan>();

  beforeAll(async () => {
    pdp = await startPdp({
      policies: fileURLToPath(new URL("plan-policies", import.meta.url)),
      kinde,
      strictEvaluation,
    });
    authorizer = createAuthorizer({ pdp: new HTTP(pdp.url), session: await createSession(null) });
    for (const action of ACTIONS) plans.set(action, await authorizer.plan({ kind: "specimen", action }));
  }, 60_000);

  afterAll(async () => {
    authorizer.dispose();
    await pdp.stop();
  });

  /** What both say of each resource: `eq {"id":…}` → [matchesPlan, the PDP]. */
  async function verdicts(all: readonly Resource[], actions: readonly string[]) {
    const checks = all.flatMap((resource) => actions.map((action) => ({ action, resource })));
    const decisions = await authorizer.checkAll(checks);
    return checks.map(({ action, resource }, at) => {
      const plan = plans.get(action);
      if (!plan) throw new Error(`There is no plan for ${action}.`);
      return {
        about: `${action} ${JSON.stringify(resource)}`,
        said: matchesPlan(plan, resource, { strictEvaluation }),
        is: decisions[at]?.allowed,
      };
    });
  }

  test("of whole resources it says what the PDP says, and knows each time", async () => {
    const seen = { true: 0, false: 0 };
    await fc.assert(
      fc.asyncProperty(resources(fc.record(whole)), async (all) => {
        for (const { about, said, is } of await verdicts(all, KNOWN)) {
          expect({ about, said }).toEqual({ about, said: is });
          seen[said === true ? "true" : "false"] += 1;
        }
      }),
      { numRuns: RUNS, seed: 20_261_124 },
    );
    // Neither answer is a rarity here.
    expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
  }, 60_000);

  test("of resources that lack attributes, or have others of any type, it never says what the PDP does not", async () => {
    const odd = fc.record(Object.fromEntries(Object.keys(whole).map((name) => [name, anything])), { requiredKeys: [] });
    let known = 0;
    await fc.assert(
      fc.asyncProperty(resources(odd), async (all) => {
        for (const { about, said, is } of await verdicts(all, ACTIONS)) {
          if (said === "unknown") continue;
          expect({ about, said }).toEqual({ about, said: is });
          known += 1;
        }
      }),
      { numRuns: RUNS, seed: 20_261_124 },
    );
    expect(known).toBeGreaterThan(1000);
  }, 60_000);

  test.each(UNKNOWN)("%s: an operator that it does not know is unknown, whatever the resource", async (action) => {
    await fc.assert(
      fc.asyncProperty(resources(fc.record(whole)), async (all) => {
        for (const { about, said } of await verdicts(all, [action]))
          expect({ about, said }).toEqual({ about, said: "unknown" });
      }),
      { numRuns: 2, seed: 20_261_124 },
    );
  });
});
