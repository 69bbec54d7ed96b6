import { type KindeClaims, type Principal, principalFromClaims } from "@kinde-cerbos/core";

/** A claim of the token. */
export interface ClaimRow {
  readonly claim: string;
  readonly value: unknown;
  /** What it became in the principal, as a policy reads it; `null` if it is not in the principal. */
  readonly became: string | null;
}

/** What the default principal has of each claim. */
const MADE_OF: { readonly [claim: string]: keyof Principal | `attr.${string}` } = {
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
 * The claims of a token, sorted, and what each one became. An application with Hasura naming has `x-hasura-org-code`
 * and no `org_code`: a policy sees the former alone, so the latter is left out.
 */
export function claimRows(claims: KindeClaims, principal: Principal | null): ClaimRow[] {
  const defaults = principalFromClaims(claims);
  return Object.entries(claims)
    .filter(([claim]) => !(hasuraName(claim) in claims))
    .map(([claim, value]) => ({
      claim,
      value,
      became: principal && becameOf(claim, claims, defaults, principal),
    }))
    .toSorted((one, other) => (one.claim < other.claim ? -1 : 1));
}

function becameOf(claim: string, claims: KindeClaims, defaults: Principal, principal: Principal): string | null {
  const plain = Object.keys(MADE_OF).find((name) => hasuraName(name) === claim && name in claims) ?? claim;
  const path = Object.hasOwn(MADE_OF, plain) ? MADE_OF[plain] : undefined;
  if (path === undefined) return null;
  // An app's own `principal.map` may have made something else of it.
  const isKept = path === "roles" ? hasRoles(claims, principal) : isEqual(at(defaults, path), at(principal, path));
  return isKept ? `P.${path}` : null;
}

function hasRoles({ roles = [] }: KindeClaims, principal: Principal): boolean {
  return roles.every(({ key }) => principal.roles.includes(key));
}

/** The attributes of a principal that no claim gives by itself: they come from the options `enrich` and `map`. */
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
