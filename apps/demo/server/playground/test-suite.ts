import { type Principal } from "@kinde-cerbos/core";
import { stringify } from "yaml";

/** The resource of a test. */
export interface AskedResource {
  readonly kind: string;
  readonly id: string;
  readonly attr: object;
}

/** A test case: what one user may do with a resource. */
export interface SuiteCase {
  /** A name for the user, unique in the suite. */
  readonly name: string;
  readonly principal: Principal;
  /** The claims of the user's token, which Cerbos does not verify in tests. */
  readonly claims: object;
  readonly resource: AskedResource;
  readonly actions: readonly string[];
  /** The actions that are expected to be allowed. All others are expected to be denied. */
  readonly allowed: ReadonlySet<string>;
}

/** A test suite, and the settings for its policies. */
export interface SuiteOptions {
  readonly name: string;
  readonly description: string;
  /** `engine.globals` of the PDP. */
  readonly globals: object;
  /** The time of the test, which policies may read. */
  readonly now: Date;
}

const SCHEMA = "# yaml-language-server: $schema=https://api.cerbos.dev/latest/cerbos/policy/v1/TestSuite.schema.json\n";

const RESOURCE = "resource";

/** Returns a suite for `cerbos compile`, as one file. All cases use the resource of the first one. */
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
