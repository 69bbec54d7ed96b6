import { type JsonValue } from "./canonical-json.ts";
import { AuthzError } from "./errors.ts";

/**
 * The payload of a Kinde access token, checked for types and not for truth: the
 * PDP verifies the signature, this code only reads.
 *
 * Names and types as Kinde documents them. Roles, e-mail, organization name and
 * properties are opt-in: switch them on in Kinde under the application's Tokens.
 * Where an application uses Hasura naming (`x-hasura-org-code`), the plain name
 * is filled in beside it.
 */
export interface KindeClaims {
  /** Issuer: the Kinde domain, without a trailing slash. */
  readonly iss?: string;
  /** Subject: the user's id, `kp_…`. */
  readonly sub: string;
  /** Client id of the application that asked for the token. */
  readonly azp?: string;
  /** Audiences; an empty array when none was asked for. */
  readonly aud?: readonly string[];
  /** Issued at, in seconds. */
  readonly iat?: number;
  /** Expires at, in seconds. */
  readonly exp?: number;
  readonly org_code?: string;
  readonly org_name?: string;
  readonly email?: string;
  /** Permission keys of the user in the organization. */
  readonly permissions?: readonly string[];
  readonly roles?: readonly { readonly key: string }[];
  /** `t` is the type (`b` boolean, `i` integer, `s` string, `j` JSON), `v` the value. */
  readonly feature_flags?: { readonly [key: string]: { readonly v: JsonValue } };
  readonly user_properties?: { readonly [key: string]: { readonly v: JsonValue } };
  readonly organization_properties?: { readonly [key: string]: { readonly v: JsonValue } };
  readonly [claim: string]: unknown;
}

const isString = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isValues = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((entry) => isObject(entry) && "v" in entry);

const text = { expected: "a string", holds: isString };
const name = { expected: "a string that is not empty", holds: (value: unknown) => isString(value) && value !== "" };
// As far as a Date reaches: what is past that cannot be shown as one.
const seconds = {
  expected: "a number of seconds",
  holds: (value: unknown) => typeof value === "number" && Math.abs(value) <= 8.64e12,
};
const texts = {
  expected: "an array of strings",
  holds: (value: unknown) => Array.isArray(value) && value.every(isString),
};
const values = { expected: "an object of { v } entries", holds: isValues };

const guards: { [claim: string]: { expected: string; holds: (value: unknown) => boolean } } = {
  iss: text,
  sub: name,
  azp: text,
  aud: texts,
  iat: seconds,
  exp: seconds,
  org_code: text,
  org_name: text,
  email: text,
  permissions: texts,
  roles: {
    expected: "an array of { id, key, name }",
    holds: (value) =>
      Array.isArray(value) && value.every((role) => isObject(role) && isString(role["key"])),
  },
  feature_flags: values,
  user_properties: values,
  organization_properties: values,
};

const hasuraName = (claim: string): string => `x-hasura-${claim.replaceAll("_", "-")}`;

/**
 * Checks the types of a token's payload and fills in plain names for Hasura ones.
 *
 * @throws AuthzError `invalid_claims` if `sub` is missing or a claim has the
 *   wrong type, with the claim and what it should be
 */
export function readClaims(payload: unknown): KindeClaims {
  if (!isObject(payload)) {
    throw new AuthzError("invalid_claims", "The token's payload is not an object.");
  }
  const claims: Record<string, unknown> = { ...payload };
  for (const claim of Object.keys(guards)) {
    const value = payload[claim] ?? payload[hasuraName(claim)];
    // Kinde writes null for what a user has not, such as an organization without a name.
    if (value === null || value === undefined) delete claims[claim];
    else claims[claim] = value;
  }
  requireTypes(claims);
  return claims;
}

function requireTypes(claims: Record<string, unknown>): asserts claims is KindeClaims {
  if (claims["sub"] === undefined) {
    throw new AuthzError(
      "invalid_claims",
      'Claim "sub" is missing: the token names no user. A machine-to-machine token is not for a browser.',
    );
  }
  for (const [claim, guard] of Object.entries(guards)) {
    if (claims[claim] === undefined || guard.holds(claims[claim])) continue;
    throw new AuthzError(
      "invalid_claims",
      `Claim "${claim}" must be ${guard.expected}. Is this an access token of Kinde?`,
    );
  }
}

/**
 * Reads the claims of a Kinde access token. It does not verify them: nothing may
 * be granted on their word. They tell the PDP's client what to ask.
 *
 * @throws AuthzError `invalid_token` if it is not a JWT, `invalid_claims` as {@link readClaims}
 */
export function claimsFromToken(token: string): KindeClaims {
  // Untyped callers pass what Kinde has not given them yet: undefined.
  const parts = typeof token === "string" ? token.split(".") : [];
  const body = parts[1];
  if (parts.length !== 3 || body === undefined) {
    throw new AuthzError(
      "invalid_token",
      "The access token is not a JWT of three parts. Pass what Kinde's getAccessToken() returns.",
    );
  }
  let payload: unknown;
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (char) =>
      char.charCodeAt(0),
    );
    payload = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The cause is left out on purpose: a JSON parser's message quotes its input.
    throw new AuthzError(
      "invalid_token",
      "The access token's payload is not base64url-encoded JSON. Pass what Kinde's getAccessToken() returns.",
    );
  }
  return readClaims(payload);
}
