import { type KindeClaims } from "@kinde-cerbos/core";
import { type Attempt } from "../record/attempt.ts";
import { sentEntries } from "../record/sent-entry.ts";

/** The test data that Cerbos needs to repeat a request without a token. */
export interface Fixtures {
  readonly principals: { readonly [name: string]: object };
  readonly resources: { readonly [name: string]: object };
  /** The claims instead of the token. In tests, Cerbos does not verify them. */
  readonly auxData?: { readonly [name: string]: { readonly jwt: KindeClaims } };
}

/** A Cerbos test suite, without its fixtures. */
export interface SuiteTests {
  readonly name: string;
  readonly description: string;
  readonly options: { readonly now: string };
  readonly tests: readonly object[];
}

const PRINCIPAL = "principal";
const TOKEN = "token";

/** Returns the fixtures of a request. `claims` are the claims of the token that was sent. */
export function fixturesOf({ what, request }: Attempt, claims: KindeClaims | null): Fixtures {
  // A fixture needs an id, but the resource of a plan has none.
  const resources =
    what === "check" ? request.resources.map(({ resource }) => resource) : [{ id: "any", ...request.resource }];
  const names = namesOf(resources);
  return {
    principals: { [PRINCIPAL]: request.principal },
    resources: Object.fromEntries(resources.map((resource, at) => [names[at], resource])),
    ...(request.hasToken && claims && { auxData: { [TOKEN]: { jwt: claims } } }),
  };
}

/** Returns tests that expect the PDP's answers; `null` if it answered no check. */
export function testsOf(attempt: Attempt, claims: KindeClaims | null): SuiteTests | null {
  const { request, startedAt } = attempt;
  const tests = groupsOf(attempt).map(({ actions, entries }) => ({
    name: actions.join(", "),
    input: {
      principals: [PRINCIPAL],
      resources: entries.map(({ name }) => name),
      actions,
      ...(request.hasToken && claims && { auxData: TOKEN }),
    },
    expected: entries.map(({ name, effects }) => ({ principal: PRINCIPAL, resource: name, actions: effects })),
  }));
  if (tests.length === 0) return null;
  return {
    name: `Checks of ${request.principal.id}`,
    description: "Expects the answers that the PDP gave to a page.",
    // A policy may read the time.
    options: { now: new Date(startedAt).toISOString() },
    tests,
  };
}

/** Entries with the same actions. A Cerbos test checks all of its actions on all of its resources. */
interface Group {
  readonly actions: readonly string[];
  readonly entries: { readonly name: string; readonly effects: { readonly [action: string]: string } }[];
}

function groupsOf(attempt: Attempt): Group[] {
  const entries = sentEntries(attempt);
  const names = namesOf(entries.map(({ resource }) => resource));
  const groups = new Map<string, Group>();
  for (const [at, { checks }] of entries.entries()) {
    if (checks.some(({ decision }) => decision === null)) continue;
    const actions = checks.map(({ action }) => action);
    const group = groups.get(JSON.stringify(actions)) ?? { actions, entries: [] };
    groups.set(JSON.stringify(actions), group);
    const effects = checks.map(({ action, decision }) => [action, decision?.allowed ? "EFFECT_ALLOW" : "EFFECT_DENY"]);
    group.entries.push({ name: names[at] ?? "", effects: Object.fromEntries(effects) });
  }
  return [...groups.values()];
}

/** Returns a unique name for each resource: its kind and id, and a number if another resource has the same. */
function namesOf(resources: readonly { readonly kind: string; readonly id: string }[]): string[] {
  const counts = new Map<string, number>();
  return resources.map(({ kind, id }) => {
    const name = `${kind} ${id}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  });
}
