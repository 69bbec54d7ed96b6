import { type Principal } from "@kinde-cerbos/core";
import { stringify } from "yaml";

/** A resource that Cerbos decides about. */
export interface AskedResource {
  readonly kind: string;
  readonly id: string;
  readonly attr: object;
}

/** What one user may do with a resource. */
export interface SuiteCase {
  /** Who: different in each case of a suite. */
  readonly name: string;
  readonly principal: Principal;
  /** Of the user's token, which Cerbos does not verify in a test. */
  readonly claims: object;
  readonly resource: AskedResource;
  readonly actions: readonly string[];
  /** What the test expects to be allowed; the rest is expected to be denied. */
  readonly allowed: ReadonlySet<string>;
}

/** A test suite, and what its policies are told. */
export interface SuiteOptions {
  readonly name: string;
  readonly description: string;
  /** `engine.globals` of the PDP. */
  readonly globals: object;
  /** A policy may read the time. */
  readonly now: Date;
}

const SCHEMA = "# yaml-language-server: $schema=https://api.cerbos.dev/latest/cerbos/policy/v1/TestSuite.schema.json\n";

const RESOURCE = "resource";

/** A suite for `cerbos compile`, as one file. All cases are about the resource of the first. */
export function testSuite(cases: readonly SuiteCase[], { name, description, globals, now }: SuiteOptions): string {
  const suite = {
    name,
    description,
    options: { globals, now: now.toISOString() },
    principals: Object.fromEntries(cases.map((one) => [one.name, one.principal])),
    resources: { [RESOURCE]: cases[0]?.resource },
    auxData: Object.fromEntries(cases.map((one) => [one.name, { jwt: one.claims }])),
    tests: cases.map((one) => ({
      name: one.name,
      input: { principals: [one.name], resources: [RESOURCE], actions: one.actions, auxData: one.name },
      expected: [
        {
          principal: one.name,
          resource: RESOURCE,
          actions: Object.fromEntries(
            one.actions.map((action) => [action, one.allowed.has(action) ? "EFFECT_ALLOW" : "EFFECT_DENY"]),
          ),
        },
      ],
    })),
  };
  return SCHEMA + stringify(suite, { lineWidth: 0, aliasDuplicateObjects: false });
}
