import { fromBase64urlJson } from "../base/base64url-json.ts";
import { type JsonValue } from "../base/canonical-json.ts";
import { AuthzError } from "../base/errors.ts";
import { type Fields, fieldsOf, isFields, isName, isText } from "../base/guards.ts";

/**
 * The payload of a Kinde access token. Types are checked, the signature is not: the PDP verifies it, this code only
 * reads.
 *
 * Names and types are those that Kinde documents. Roles, e-mail, organization name and properties are only in a token
 * if you enable them in Kinde, under the application's Tokens. If the application uses Hasura naming
 * (`x-hasura-org-code`), the plain names are added for the claims that Kinde renames.
 */
export interface KindeClaims {
  /** Issuer: the Kinde domain, without a trailing slash. */
  readonly iss?: string;
  /** Subject: the user's id, `kp_…`. */
  readonly sub: string;
  /** Client id of the application that the token was issued to. */
  readonly azp?: string;
  /** Audiences; an empty array if none was requested. */
  readonly aud?: readonly string[];
  /** Issued at, in seconds. */
  readonly iat?: number;
  /** Expires at, in seconds. */
  readonly exp?: number;
  /** Code of the Kinde organization that the token is for. */
  readonly org_code?: string;
  /** Name of that organization. */
  readonly org_name?: string;
  /** The user's e-mail address. */
  readonly email?: string;
  /** Permission keys of the user in the organization. */
  readonly permissions?: readonly string[];
  /** The user's roles in the organization. */
  readonly roles?: readonly { readonly key: string }[];
  /** Feature flags, by key: `v` is the value, `t` its type (`b` boolean, `i` integer, `s` string, `j` JSON). */
  readonly feature_flags?: { readonly [key: string]: { readonly v: JsonValue } };
  /** Properties of the user: `v` is the value of each. */
  readonly user_properties?: { readonly [key: string]: { readonly v: JsonValue } };
  /** Properties of the organization: `v` is the value of each. */
  readonly organization_properties?: { readonly [key: string]: { readonly v: JsonValue } };
  readonly [claim: string]: unknown;
}

/** The expected type of a claim, in words and as a test. */
type Guard = readonly [expected: string, holds: (value: unknown) => boolean];

const text: Guard = ["a string", isText];
// Within the range of a Date.
const seconds: Guard = ["a number of seconds", (value) => typeof value === "number" && Math.abs(value) <= 8.64e12];
const texts: Guard = ["an array of strings", (value) => Array.isArray(value) && value.every(isText)];
const values: Guard = [
  "an object of { v } entries",
  (value) => isFields(value) && Object.values(value).every((entry) => "v" in fieldsOf(entry)),
];

const guards: { readonly [claim: string]: Guard } = {
  iss: text,
  sub: ["a string that is not empty", isName],
  azp: text,
  aud: texts,
  iat: seconds,
  exp: seconds,
  org_code: text,
  org_name: text,
  email: text,
  permissions: texts,
  roles: [
    "an array of { id, key, name }",
    (value) => Array.isArray(value) && value.every((role) => isText(fieldsOf(role)["key"])),
  ],
  feature_flags: values,
  user_properties: values,
  organization_properties: values,
};

/**
 * The claims that Kinde issues under another name with Hasura naming, as Kinde's SDKs read them. Other claims keep
 * their names: a custom claim `x-hasura-sub` in a machine's token does not make it a user's.
 */
const RENAMED_FOR_HASURA: ReadonlySet<string> = new Set([
  "org_code",
  "org_name",
  "email",
  "permissions",
  "roles",
  "feature_flags",
]);

/**
 * Checks the types of a token's payload and adds plain names for Hasura names.
 *
 * @throws AuthzError `invalid_claims` if `sub` is missing or a claim has the wrong type, with the claim and its
 *   expected type
 */
export function readClaims(payload: unknown): KindeClaims {
  if (!isFields(payload)) throw invalid("The token's payload is not an object.");
  const claims: { [claim: string]: unknown } = { ...payload };
  for (const [claim, [expected, holds]] of Object.entries(guards)) {
    // Kinde writes null for what a user has not, such as an organization without a name.
    const isRenamed = (payload[claim] ?? null) === null && RENAMED_FOR_HASURA.has(claim);
    const found = isRenamed ? `x-hasura-${claim.replaceAll("_", "-")}` : claim;
    const value = payload[found] ?? null;
    if (value === null) delete claims[claim];
    else if (holds(value)) claims[claim] = value;
    else throw invalid(`Claim "${found}" must be ${expected}. Is this a Kinde access token?`);
  }
  // The guards have seen to all other types.
  const { sub } = claims;
  if (!isName(sub)) {
    throw invalid('Claim "sub" is missing: the token names no user. Is it a machine-to-machine token?');
  }
  return { ...claims, sub };
}

/**
 * Reads the claims of a Kinde access token without verifying them. Grant nothing because of them: they only tell what
 * to send to the PDP.
 *
 * @throws AuthzError `invalid_token` if it is not a JWT, `invalid_claims` as {@link readClaims}
 */
export function claimsFromToken(token: string): KindeClaims {
  return readClaims(payloadOf(token));
}

/**
 * The claims of an access token, or of its payload if only a server has the token.
 *
 * @throws AuthzError as {@link claimsFromToken}
 */
export function claimsIn(token: string | Fields): KindeClaims {
  return readClaims(payloadIn(token));
}

/**
 * The payload of a token, or the given payload.
 *
 * @throws AuthzError `invalid_token`
 */
export function payloadIn(token: string | Fields): unknown {
  return isFields(token) ? token : payloadOf(token);
}

/**
 * The payload of a JWT, as a policy sees it.
 *
 * @throws AuthzError `invalid_token` if it is not a JWT
 */
function payloadOf(token: string): unknown {
  try {
    // Untyped callers pass what Kinde has not given them yet, such as undefined: that fails here, too.
    const [, body = "", signature, ...more] = token.split(".");
    if (signature !== undefined && more.length === 0) {
      return fromBase64urlJson(body);
    }
  } catch {
    // The cause is left out on purpose: a JSON parser's message quotes its input.
  }
  throw new AuthzError(
    "invalid_token",
    "The access token is not a JWT with a JSON payload. Pass what Kinde's getAccessToken() returns.",
  );
}

function invalid(message: string): AuthzError {
  return new AuthzError("invalid_claims", message);
}
