import type { ApplicationConfig, FeatureFlagType, LocalKindeConfig, OptionalClaim } from "./config.ts";
import { flagsOf, organizationsOf, permissionsOf, rolesOf, type Subject } from "./directory.ts";

/** What the tokens of one sign-in are made from. */
export interface TokenRequest {
  config: LocalKindeConfig;
  application: ApplicationConfig;
  subject: Subject;
  /** The granted scopes. */
  scopes: readonly string[];
  /** The requested APIs. May be empty. */
  audience: readonly string[];
}

/** Details of a sign-in, for the id token. */
export interface SignIn {
  /** When the person signed in, in seconds since the epoch. */
  authTime: number;
  /** When the application requested the sign-in, in seconds since the epoch. */
  requestedAt: number;
  nonce?: string;
  /** The left half of the SHA-256 of the access token, base64url. */
  accessTokenHash: string;
}

const FLAG_TYPES: Record<FeatureFlagType, string> = { boolean: "b", integer: "i", string: "s", json: "j" };

/** Claims that have another name under Hasura naming. All others keep their names. */
const HASURA_NAMES: ReadonlyMap<string, string> = new Map(
  ["permissions", "org_code", "org_codes", "org_name", "organizations", "roles", "feature_flags", "email"].map(
    (name) => [name, `x-hasura-${name.replaceAll("_", "-")}`],
  ),
);

/**
 * Returns the claims of an access token, except `iss`, `iat`, `exp` and `jti`, which are added when it is signed. Names
 * and types are Kinde's, from its documentation and `@kinde/js-utils`: `aud` is always a list, also if it is empty;
 * roles are objects, and opt-in; permissions are keys.
 */
export function accessTokenClaims({
  config,
  application,
  subject,
  scopes,
  audience,
}: TokenRequest): Record<string, unknown> {
  const { person, place } = subject;
  const organization = place?.organization;
  const include = new Set<OptionalClaim>(application.claims?.include);
  return {
    sub: person.id,
    azp: application.clientId,
    aud: [...audience],
    scp: [...scopes],
    ...renamed(application, {
      org_code: organization?.code,
      permissions: permissionsOf(config, subject),
      feature_flags: Object.fromEntries(
        flagsOf(config, subject).map(({ key, type, value }) => [key, { t: FLAG_TYPES[type], v: value }]),
      ),
      org_name: include.has("org_name") ? organization?.name : undefined,
      email: include.has("email") ? person.email : undefined,
      roles: include.has("roles")
        ? rolesOf(config, subject).map(({ key, name }) => ({ id: roleId(key), key, name }))
        : undefined,
      external_organization_id: include.has("external_organization_id") ? organization?.externalId : undefined,
      user_properties: include.has("user_properties") ? propertyClaim(person.properties) : undefined,
      organization_properties: include.has("organization_properties")
        ? propertyClaim(organization?.properties)
        : undefined,
    }),
  };
}

/**
 * Returns the claims of an id token, except `iss`, `iat`, `exp` and `jti`. Standard claims keep their names under
 * Hasura naming.
 */
export function idTokenClaims(
  { config, application, subject, scopes }: TokenRequest,
  signIn: SignIn,
): Record<string, unknown> {
  const { person } = subject;
  const organizations = organizationsOf(config, person);
  return {
    sub: person.id,
    azp: application.clientId,
    aud: [application.clientId],
    at_hash: signIn.accessTokenHash,
    auth_time: signIn.authTime,
    rat: signIn.requestedAt,
    ...(signIn.nonce === undefined ? {} : { nonce: signIn.nonce }),
    ...profileClaims(subject, scopes),
    ...renamed(application, {
      org_codes: organizations.map(({ code }) => code),
      organizations: organizations.map(({ code, name }) => ({ id: code, name })),
    }),
  };
}

/** Returns the claims about a person that the scopes allow: e-mail address, name and picture. */
export function profileClaims({ person }: Subject, scopes: readonly string[]): Record<string, unknown> {
  const email = { email: person.email, email_verified: true };
  const profile = {
    name: `${person.givenName} ${person.familyName}`.trim(),
    given_name: person.givenName,
    family_name: person.familyName,
    picture: person.picture ?? "",
    updated_at: UPDATED_AT,
  };
  return { ...(scopes.includes("email") ? email : {}), ...(scopes.includes("profile") ? profile : {}) };
}

/** Returns the id of a role. It is made from the key, so it stays the same when the config is edited. */
export function roleId(key: string): string {
  return `role_${key}`;
}

/** Returns the id of a permission, which is made from the key, too. */
export function permissionId(key: string): string {
  return `permission_${key}`;
}

/** `updated_at` of each person, in seconds since the epoch: the start of this process, as the config has no dates. */
const UPDATED_AT = Math.floor(Date.now() / 1000);

function renamed(application: ApplicationConfig, claims: Record<string, unknown>): Record<string, unknown> {
  const hasura = application.claims?.naming === "hasura";
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [(hasura ? HASURA_NAMES.get(name) : undefined) ?? name, value]),
  );
}

function propertyClaim(properties: Record<string, unknown> | undefined): Record<string, { v: unknown }> {
  return Object.fromEntries(Object.entries(properties ?? {}).map(([key, value]) => [key, { v: value }]));
}
