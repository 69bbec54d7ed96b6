import { type KindeClaims, type Principal, principalFromClaims } from "@kinde-cerbos/core";

/** A row of the claims table. */
export interface ClaimRow {
  readonly claim: string;
  readonly value: unknown;
  /** The path of its value in the principal, as a policy reads it; `null` if the principal does not have it. */
  readonly principalField: string | null;
}

/** The field of the default principal for each claim. */
const PRINCIPAL_FIELDS: { readonly [claim: string]: keyof Principal | `attr.${string}` } = {
  sub: "id",
  roles: "roles",
  org_code: "attr.orgCode",
  org_name: "attr.orgName",
  email: "attr.email",
  permissions: "attr.permissions",
  feature_flags: "attr.featureFlags",
  user_properties: "attr.userProperties",
  organization_properties: "attr.organizationProperties",
};

/**
 * Returns the claims of a token, sorted, and the principal's fields for them. With Hasura naming, policies see only
 * `x-hasura-org-code`, so `org_code` is left out.
 */
export function claimRows(claims: KindeClaims, principal: Principal | null): ClaimRow[] {
  const defaults = principalFromClaims(claims);
  return Object.entries(claims)
    .filter(([claim]) => !(hasuraName(claim) in claims))
    .map(([claim, value]) => ({
      claim,
      value,
      principalField: principal && principalFieldOf(claim, claims, defaults, principal),
    }))
    .toSorted((one, other) => (one.claim < other.claim ? -1 : 1));
}

function principalFieldOf(
  claim: string,
  claims: KindeClaims,
  defaults: Principal,
  principal: Principal,
): string | null {
  const plain = Object.keys(PRINCIPAL_FIELDS).find((name) => hasuraName(name) === claim && name in claims) ?? claim;
  const path = Object.hasOwn(PRINCIPAL_FIELDS, plain) ? PRINCIPAL_FIELDS[plain] : undefined;
  if (path === undefined) return null;
  // The app's `principal.map` may have changed the value.
  const isKept = path === "roles" ? hasRoles(claims, principal) : isEqual(at(defaults, path), at(principal, path));
  return isKept ? `P.${path}` : null;
}

function hasRoles({ roles = [] }: KindeClaims, principal: Principal): boolean {
  return roles.every(({ key }) => principal.roles.includes(key));
}

/** Returns the names of principal attributes that do not come from a claim, but from the options `enrich` and `map`. */
export function addedAttributes(claims: KindeClaims | null, principal: Principal): string[] {
  const defaults = claims ? principalFromClaims(claims).attr : {};
  return Object.keys(principal.attr).filter((name) => !isEqual(defaults[name], principal.attr[name]));
}

function hasuraName(claim: string): string {
  return `x-hasura-${claim.replaceAll("_", "-")}`;
}

function at(principal: Principal, path: string): unknown {
  const [first, name] = path.split(".");
  if (first === "id") return principal.id;
  return name === undefined ? principal.roles : principal.attr[name];
}

function isEqual(one: unknown, other: unknown): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
