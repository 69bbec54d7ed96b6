import type { ApplicationConfig, FeatureFlagType, LocalKindeConfig, OptionalClaim } from "./config.ts";
import { flagsOf, organizationsOf, permissionsOf, rolesOf, type Subject } from "./directory.ts";

/** What the tokens of one sign-in are made from. */
export interface TokenRequest {
  config: LocalKindeConfig;
  application: ApplicationConfig;
  subject: Subject;
  /** The granted scopes. */
  scopes: readonly string[];
  /** The APIs that were asked for; may be empty. */
  audience: readonly string[];
}

/** How a sign-in went, for the id token. */
export interface SignIn {
  /** When the person signed in, seconds. */
  authTime: number;
  /** When the application asked, seconds. */
  requestedAt: number;
  nonce?: string;
  /** Half the SHA-256 of the access token, base64url. */
  accessTokenHash: string;
}

const FLAG_TYPES: Record<FeatureFlagType, string> = { boolean: "b", integer: "i", string: "s", json: "j" };

/** Kinde's names for Hasura; all other claims keep their names. */
const HASURA_NAMES: ReadonlyMap<string, string> = new Map(
  ["permissions", "org_code", "org_codes", "org_name", "organizations", "roles", "feature_flags", "email"].map(
    (name) => [name, `x-hasura-${name.replaceAll("_", "-")}`],
  ),
);

/**
 * The claims of an access token that say who and what; `iss`, `iat`, `exp` and `jti` are added when it is signed.
 * Names and types are Kinde's, read in its documentation and in `@kinde/js-utils`: `aud` is a list even when it is
 * empty, roles are opt-in and objects, permissions are keys.
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
 * The claims of an id token, but for `iss`, `iat`, `exp` and `jti`. Standard claims keep their names under Hasura
 * naming.
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

/** Who the person is, as far as the scopes allow. */
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

/** The id of a role, made from its key, so that it stays when the config is edited. */
export function roleId(key: string): string {
  return `role_${key}`;
}

/** The id of a permission, as that of a role. */
export function permissionId(key: string): string {
  return `permission_${key}`;
}

/** People here have no history: they were last changed when this process began. */
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
