import { isDeepStrictEqual } from "node:util";
import { type ActionOf, AuthzError, type Kind, type Resource } from "@kinde-cerbos/core";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { type CheckRequest } from "../answer/check-request.ts";
import { type TestUser } from "../user/test-user.ts";
import { noteDrift } from "./drift.ts";
import { type Expectation, expectationsOf } from "./expectations.ts";
import { readSuiteFiles } from "./suite-file.ts";
import { userOf } from "./user-of.ts";

/** One principal and one resource of a policy test, with the expected answers. */
export interface PolicyCase<K extends Kind = Kind> {
  /** The names of principal, resource, test and suite: `ann on draft: The owner edits (Documents)`. */
  readonly name: string;
  /** The principal with the claims of its token, for `user` of PermissionsTestProvider; `null` means signed out. */
  readonly user: TestUser | null;
  /** The resource of the policy test. */
  readonly resource: Resource<K>;
  /** Whether each action of the test is allowed. */
  readonly allowed: { readonly [Action in ActionOf<K>]?: boolean };
  /**
   * The expected answers of all policy tests of this user, for `can` of PermissionsTestProvider. A check fails if no
   * policy test has its action and its resource with the same attributes. With `@kinde-cerbos/testing/vitest` or
   * `/jest`, the test fails too.
   */
  readonly can: (check: CheckRequest) => boolean | Error;
}

/** Options for {@link loadPolicyTests}. */
export interface LoadPolicyTestsOptions<K extends Kind> {
  /** Loads only cases with resources of this kind. Default: all kinds. */
  readonly kind?: K;
}

/**
 * Reads the policy tests in a folder, with the rules of `cerbos compile`, and returns them as cases for component
 * tests. It leaves out skipped tests, and tests that cannot happen on a page because the token belongs to another user,
 * or because Kinde signs no such token.
 *
 * @throws Error if a file cannot be read or parsed, names something that does not exist, or no case is left
 */
export function loadPolicyTests<K extends Kind = Kind>(
  folder: string,
  { kind }: LoadPolicyTestsOptions<K> = {},
): PolicyCase<K>[] {
  const all = readSuiteFiles(folder).flatMap(expectationsOf);
  const ofUser = Map.groupBy(all, situationOf);
  const cases = all.flatMap((expectation) => {
    const { name, resource, allowed } = expectation;
    const user = userOf(expectation);
    if (user === undefined || !isOfKind(resource, kind)) return [];
    const known = ofUser.get(situationOf(expectation)) ?? [];
    const id = user === null ? "anonymous" : String(expectation.principal["id"]);
    const can = (check: CheckRequest): boolean | Error => answerFrom(known, name, id, check);
    return [{ name, user, resource, allowed, can }];
  });
  if (cases.length === 0)
    throw new Error(
      `${folder} has no policy test${kind ? ` of the kind "${kind}"` : ""} that component tests can use. Skipped ` +
        "tests are left out, and tests with a token that Kinde would not issue to the principal.",
    );
  return cases;
}

/** Whether a resource is of a kind. Cerbos checked its attributes against the schemas that the types come from. */
function isOfKind<K extends Kind>(resource: object, kind: K | undefined): resource is Resource<K> {
  return "kind" in resource && "id" in resource && (kind === undefined || resource.kind === kind);
}

/** Returns everything but the check that an answer depends on, as text. */
function situationOf({ principal, jwt, options }: Expectation): string {
  return JSON.stringify([principal, jwt, options]);
}

function answerFrom(known: readonly Expectation[], name: string, userId: string, check: CheckRequest): boolean | Error {
  const { action, principal } = check;
  const same = known.filter(({ resource }) => isSame(resource, check));
  const found = same.find(({ allowed }) => Object.hasOwn(allowed, action));
  if (found && principal.id === userId) return found.allowed[action] === true;
  const text = found
    ? `The component checks as "${principal.id}", but the policy test "${name}" is about "${userId}". Pass that user.`
    : `No policy test says whether "${userId}" may ${textOf(action, check)}.\n${listOf(known, check.kind)}`;
  noteDrift(text);
  return new AuthzError("check_refused", text);
}

function isSame(resource: Expectation["resource"], check: CheckRequest): boolean {
  const { kind, id, scope = "", policyVersion = "", attr = {} } = resource;
  return (
    kind === check.kind &&
    id === check.id &&
    scope === check.scope &&
    policyVersion === check.policyVersion &&
    isDeepStrictEqual(plain(attr), plain(check.attr))
  );
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Lists what the policy tests of a user have for a kind. */
function listOf(known: readonly Expectation[], kind: string): string {
  const lines = known
    .filter(({ resource }) => resource["kind"] === kind)
    .map(({ resource, allowed }) => `  ${textOf(Object.keys(allowed).join(", "), resource)}`);
  if (lines.length === 0) return `This user's policy tests have no ${kind}.`;
  return ["This user's policy tests have:", ...new Set(lines)].join("\n");
}

function textOf(
  action: string,
  resource: { readonly kind?: unknown; readonly id?: unknown; readonly attr?: unknown },
): string {
  return `${action} ${String(resource.kind)} "${String(resource.id)}" with ${JSON.stringify(fieldsOf(resource.attr))}`;
}
