import { type JsonInput, type JsonValue } from "../base/canonical-json.ts";
import { requireOption } from "../base/errors.ts";
import { isFields, isName, isText } from "../base/guards.ts";
import { type KindeClaims, readClaims } from "./claims.ts";

/** The user, as Cerbos sees them: id, roles and attributes. */
export interface Principal {
  /** The user's id: `sub` of the token, or `anonymous`. */
  id: string;
  /** The roles. At least one, because Cerbos refuses a principal without roles. */
  roles: string[];
  /** Attributes that policies can read, as JSON. */
  attr: { [key: string]: JsonValue };
  /** Version of the policies. Default: the PDP's default version. */
  policyVersion?: string;
  /** Scope of the principal policy. Default: none. */
  scope?: string;
}

/** Options for how claims become a principal. */
export interface PrincipalOptions {
  /**
   * Roles that every signed-in user has, before the roles from Kinde. Kinde puts roles into a token only if you enable
   * them, and Cerbos refuses a principal without any. Default: `["user"]`.
   */
  readonly baseRoles?: readonly string[];
  /**
   * Returns the principal's Cerbos scope for an organization code. Cerbos uses it to find principal policies (measured
   * with 0.51). It finds resource policies by the resource's scope: pass that with the check. Default: no scope.
   */
  readonly scopeFromOrg?: (orgCode: string) => string | undefined;
  /**
   * Returns attributes that are not in the token, such as entitlements from Kinde's account API, see {@link
   * kindeEntitlements}. {@link createSession} calls it once for each set of rights, not for each token. If it fails or
   * takes too long, there is no session and nothing is allowed. {@link principalFromClaims} does not call it.
   */
  readonly enrich?: (claims: KindeClaims, context: EnrichContext) => Promise<PrincipalAttributes>;
  /** Runs last: receives the claims and the principal so far, and returns the principal to use. Keep it pure. */
  readonly map?: (claims: KindeClaims, principal: Principal) => Principal;
}

/** What `enrich` receives beside the claims. */
export interface EnrichContext {
  /**
   * The access token, for an `Authorization` header. Keep it out of URLs, keys and logs. Reading it fails with
   * `enrich_failed` if only your server has the token.
   */
  readonly token: string;
  /** Aborted when the result is no longer needed. */
  readonly signal: AbortSignal;
}

/** The attributes of a principal. */
export interface PrincipalAttributes {
  readonly [key: string]: JsonInput | undefined;
}

/** Returns the principal for signed-out users: the id `anonymous` with the one role `anonymous`. */
export function anonymousPrincipal(): Principal {
  return { id: "anonymous", roles: ["anonymous"], attr: {} };
}

/**
 * Returns the Cerbos principal for the claims of a Kinde access token. `id` is `sub`, `roles` are the base roles and
 * the keys of Kinde's roles, and `attr` has `orgCode`, `orgName`, `email`, `permissions`, `featureFlags`,
 * `userProperties` and `organizationProperties`, each as plain values.
 *
 * Do not trust a principal that a browser sends. Policies that matter read `request.aux_data.jwt`, which the PDP has
 * verified.
 *
 * @param attributes the result of `enrich`, added to the attributes from the claims
 * @throws AuthzError `invalid_claims` as {@link readClaims}; `invalid_option` if an option has the wrong type, or makes
 *   a principal that Cerbos would refuse
 */
export function principalFromClaims(
  claims: KindeClaims,
  options: PrincipalOptions = {},
  attributes: Principal["attr"] = {},
): Principal {
  const { baseRoles = ["user"], scopeFromOrg, map } = options;
  requireOption(isNames(baseRoles), "principal.baseRoles must be an array of role names");
  for (const [name, option] of Object.entries({ scopeFromOrg, map })) {
    requireOption(option === undefined || typeof option === "function", `principal.${name} must be a function`);
  }
  const read = readClaims(claims);
  const { sub, org_code, org_name, email, roles = [], permissions = [] } = read;
  const scope = org_code === undefined ? undefined : scopeFromOrg?.(org_code);
  const principal: Principal = {
    id: sub,
    // Cerbos refuses a role named twice.
    roles: [...new Set([...baseRoles, ...roles.map(({ key }) => key)])],
    attr: {
      ...(org_code !== undefined && { orgCode: org_code }),
      ...(org_name !== undefined && { orgName: org_name }),
      ...(email !== undefined && { email }),
      permissions: [...permissions],
      featureFlags: plainValues(read.feature_flags),
      userProperties: plainValues(read.user_properties),
      organizationProperties: plainValues(read.organization_properties),
      ...attributes,
    },
    ...(scope !== undefined && { scope }),
  };
  return requirePrincipal(map ? map(read, principal) : principal);
}

/** Throws for a principal that Cerbos would refuse, because it would refuse all its checks. */
function requirePrincipal(principal: Principal): Principal {
  // In untyped code, `map` may return anything.
  const {
    id,
    roles,
    attr,
    scope = "",
    policyVersion = "",
  }: { readonly [name in keyof Principal]?: unknown } = principal ?? {};
  need(isName(id), "an id that is a string and not empty");
  need(isNames(roles) && roles.length > 0, "at least one role, each a string that is not empty");
  need(isFields(attr), "an attr that is an object");
  need(isText(scope) && isText(policyVersion), "a scope and policyVersion that are strings");
  return principal;
}

function need(holds: boolean, what: string): void {
  requireOption(
    holds,
    `The principal needs ${what}, or Cerbos refuses it: look at principal.baseRoles, scopeFromOrg and map`,
  );
}

const isNames = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.every(isName);

/** `{ beta: { t: "b", v: true } }` → `{ beta: true }`. */
function plainValues(entries: KindeClaims["feature_flags"] = {}): { [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(entries).map(([key, { v }]) => [key, v]));
}
