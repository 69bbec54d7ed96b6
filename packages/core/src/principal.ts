import { type JsonValue } from "./canonical-json.ts";
import { type KindeClaims } from "./claims.ts";

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
  /** Cerbos scope for an organization code, for policies per tenant. Default: no scope. */
  readonly scopeFromOrg?: (orgCode: string) => string | undefined;
  /** The last word: gets the claims and the default principal, returns the one to use. Keep it pure. */
  readonly map?: (claims: KindeClaims, principal: Principal) => Principal;
}

/** Who asks when nobody is signed in: `anonymous`, with the one role `anonymous`. */
export function anonymousPrincipal(): Principal {
  return { id: "anonymous", roles: ["anonymous"], attr: {} };
}

/**
 * The Cerbos principal for a Kinde access token: `id` is `sub`; `roles` are the
 * base roles and the keys of Kinde's; `attr` holds `orgCode`, `orgName`, `email`,
 * `permissions`, `featureFlags`, `userProperties` and `organizationProperties`,
 * each as plain values.
 *
 * What a browser says of its principal is a wish. Policies that matter read
 * `request.aux_data.jwt`, which the PDP has verified.
 */
export function principalFromClaims(claims: KindeClaims, options: PrincipalOptions = {}): Principal {
  const scope = claims.org_code === undefined ? undefined : options.scopeFromOrg?.(claims.org_code);
  const roles = [...(options.baseRoles ?? ["user"]), ...(claims.roles ?? []).map(({ key }) => key)];
  const principal: Principal = {
    id: claims.sub,
    // Cerbos refuses a role named twice.
    roles: [...new Set(roles)],
    attr: {
      ...(claims.org_code !== undefined && { orgCode: claims.org_code }),
      ...(claims.org_name !== undefined && { orgName: claims.org_name }),
      ...(claims.email !== undefined && { email: claims.email }),
      permissions: [...(claims.permissions ?? [])],
      featureFlags: plainValues(claims.feature_flags),
      userProperties: plainValues(claims.user_properties),
      organizationProperties: plainValues(claims.organization_properties),
    },
    ...(scope !== undefined && { scope }),
  };
  return options.map?.(claims, principal) ?? principal;
}

/** `{ beta: { t: "b", v: true } }` → `{ beta: true }`. */
function plainValues(entries: KindeClaims["feature_flags"] = {}): { [key: string]: JsonValue } {
  return Object.fromEntries(Object.entries(entries).map(([key, { v }]) => [key, v]));
}
