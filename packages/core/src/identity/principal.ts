import { type JsonInput, type JsonValue } from "../base/canonical-json.ts";
import { requireOption } from "../base/errors.ts";
import { isFields, isName, isText } from "../base/guards.ts";
import { type KindeClaims, readClaims } from "./claims.ts";

/** Who asks, in Cerbos' terms. */
export interface Principal {
  id: string;
  /** At least one: Cerbos refuses a principal without roles. */
  roles: string[];
  attr: { [key: string]: JsonValue };
  policyVersion?: string;
  scope?: string;
}

/** How claims become a principal. */
export interface PrincipalOptions {
  /**
   * Roles that everyone signed in has, before Kinde's own. Kinde puts roles into
   * a token only when the application asks for them, and Cerbos refuses a
   * principal without any. Default: `["user"]`.
   */
  readonly baseRoles?: readonly string[];
  /**
   * Cerbos scope of the principal for an organization code. Cerbos 0.51 looks up
   * principal policies by it (measured); a resource policy per tenant is looked up
   * by the scope of the resource: give that with the check. Default: no scope.
   */
  readonly scopeFromOrg?: (orgCode: string) => string | undefined;
  /**
   * Attributes that no token holds, such as entitlements from Kinde's account
   * API, which {@link kindeEntitlements} fetches. {@link createSession} asks for them once for each set of rights, not
   * for
   * each token, and there is no session without them: where it fails, or takes
   * longer than {@link EnrichContext.signal} lets it, nothing is allowed.
   * {@link principalFromClaims} alone does not call it.
   */
  readonly enrich?: (claims: KindeClaims, context: EnrichContext) => Promise<PrincipalAttributes>;
  /** The last word: gets the claims and the default principal, returns the one to use. Keep it pure. */
  readonly map?: (claims: KindeClaims, principal: Principal) => Principal;
}

/** What `enrich` needs to ask Kinde. */
export interface EnrichContext {
  /**
   * The access token, for an `Authorization` header. Keep it out of URLs, keys and logs. Reading it fails with
   * `enrich_failed` if only your server has the token.
   */
  readonly token: string;
  /** Aborted once nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Attributes of a principal, as a program holds them. */
export interface PrincipalAttributes {
  readonly [key: string]: JsonInput | undefined;
}

/** Who asks when nobody is signed in: `anonymous`, with the one role `anonymous`. */
export function anonymousPrincipal(): Principal {
  return { id: "anonymous", roles: ["anonymous"], attr: {} };
}

/**
 * The Cerbos principal for the claims of a Kinde access token: `id` is `sub`;
 * `roles` are the base roles and the keys of Kinde's; `attr` holds `orgCode`,
 * `orgName`, `email`, `permissions`, `featureFlags`, `userProperties` and
 * `organizationProperties`, each as plain values.
 *
 * What a browser says of its principal is a wish. Policies that matter read
 * `request.aux_data.jwt`, which the PDP has verified.
 *
 * @param attributes what `enrich` gave; they stand beside those of the claims
 * @throws AuthzError `invalid_claims` as {@link readClaims}; `invalid_option`
 *   where an option is of the wrong type, or makes a principal that Cerbos would
 *   refuse
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

/** What Cerbos would refuse with all that is asked in its name. */
function requirePrincipal(principal: Principal): Principal {
  // Untyped callers return from `map` what they like.
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
