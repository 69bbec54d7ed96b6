import { type KindeFlag, type KindePermission, type KindeRole } from "@kinde-cerbos/core";
import { type Fields, fieldsOf, isFields, requireOption } from "@kinde-cerbos/core/internal";

/** The rights of a user in an organization, as in a Kinde token. */
interface OrganizationRights {
  /** Keys of the user's roles. Default: none. */
  readonly roles?: readonly KindeRole[];
  /** Keys of the user's permissions. Default: none. */
  readonly permissions?: readonly KindePermission[];
  /** Values of feature flags. Default: none. */
  readonly flags?: { readonly [Flag in KindeFlag as Flag["key"]]?: Flag["value"] };
}

/** An organization that a test user can switch to, and the user's rights there. */
export interface TestOrganization extends OrganizationRights {
  /** Code of the organization in Kinde. */
  readonly code: string;
  /** Name of the organization. Default: its code. */
  readonly name?: string;
}

/** The signed-in user of a test. All fields are optional. */
export interface TestUser extends OrganizationRights {
  /** The user's id. Default: `kp_test`. */
  readonly id?: string;
  /** Code of the user's organization. Default: the first of `organizations`, else `org_test`. */
  readonly orgCode?: string;
  /** The user's organizations, for `useOrganizations` and `useSwitchOrg`. Default: none, so `useSwitchOrg` fails. */
  readonly organizations?: readonly TestOrganization[];
  /**
   * Other claims of the token, such as `email`. They replace claims from the fields above, except the organization
   * after a switch.
   */
  readonly claims?: { readonly [claim: string]: unknown };
  /**
   * Attributes of the principal that are not in the token, such as `entitlements`. In the app, `principal.enrich` adds
   * them.
   */
  readonly attr?: { readonly [name: string]: unknown };
}

/** Returns the claims of a Kinde token for a user in one of their organizations. */
export function claimsOf(user: TestUser, orgCode: string): Fields {
  const organization = user.organizations?.find(({ code }) => code === orgCode);
  const { roles = [], permissions = [], flags = {} } = { ...user, ...organization };
  return {
    sub: user.id ?? "kp_test",
    ...(organization?.name !== undefined && { org_name: organization.name }),
    roles: roles.map((key) => ({ id: key, key, name: key })),
    permissions,
    feature_flags: Object.fromEntries(Object.entries(flags).map(([key, v]) => [key, { t: typeOf(v), v }])),
    ...user.claims,
    org_code: orgCode,
  };
}

/** Returns the code of the organization that a user is in at first. */
export function firstOrganization({ orgCode, organizations, claims }: TestUser): string {
  const claimed = claims?.["org_code"];
  return orgCode ?? (typeof claimed === "string" ? claimed : (organizations?.[0]?.code ?? "org_test"));
}

/** Returns Kinde's letter for the type of a feature flag. */
function typeOf(value: unknown): "b" | "i" | "s" | "j" {
  const types: { readonly [type: string]: "b" | "i" | "s" } = { boolean: "b", number: "i", string: "s" };
  return types[typeof value] ?? "j";
}

/** @throws AuthzError `invalid_option` if the user has the wrong type */
export function requireUser(user: unknown): void {
  requireOption(
    user === null || user === "loading" || isFields(user),
    `user must be an object, null (signed out) or "loading", not ${JSON.stringify(user)}`,
  );
  const { roles, permissions, organizations } = fieldsOf(user);
  for (const [name, list] of Object.entries({ roles, permissions, organizations })) {
    requireOption(list === undefined || Array.isArray(list), `${name} of user must be a list`);
  }
}
