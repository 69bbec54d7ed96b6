import { fromBase64urlJson } from "../base/base64url-json.ts";
import { type JsonValue } from "../base/canonical-json.ts";
import { AuthzError } from "../base/errors.ts";
import { type Fields, fieldsOf, isFields, isName, isText } from "../base/guards.ts";

/**
 * The payload of a Kinde access token, checked for types and not for truth: the
 * PDP verifies the signature, this code only reads.
 *
 * Names and types as Kinde documents them. Roles, e-mail, organization name and
 * properties are opt-in: switch them on in Kinde under the application's Tokens.
 * Where an application uses Hasura naming (`x-hasura-org-code`), the plain name
 * is filled in beside it, for the claims that Kinde renames.
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

/** What a claim must be where a token has it, in words and as a test. */
type Guard = readonly [expected: string, holds: (value: unknown) => boolean];

const text: Guard = ["a string", isText];
// As far as a Date reaches: what is past that cannot be shown as one.
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
 * The claims that Kinde issues under another name where an application uses Hasura naming, as Kinde's SDKs read them.
 * All others keep their names: a custom claim `x-hasura-sub` of a machine's token makes no user of it.
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
 * Checks the types of a token's payload and fills in plain names for Hasura ones.
 *
 * @throws AuthzError `invalid_claims` if `sub` is missing or a claim has the
 *   wrong type, with the claim and what it should be
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
    else throw invalid(`Claim "${found}" must be ${expected}. Is this an access token of Kinde?`);
  }
  // The guards have seen to all other types.
  const { sub } = claims;
  if (!isName(sub)) {
    throw invalid('Claim "sub" is missing: the token names no user. Is it a machine-to-machine token?');
  }
  return { ...claims, sub };
}

/**
 * Reads the claims of a Kinde access token. It does not verify them: nothing may
 * be granted on their word. They tell the PDP's client what to ask.
 *
 * @throws AuthzError `invalid_token` if it is not a JWT, `invalid_claims` as {@link readClaims}
 */
export function claimsFromToken(token: string): KindeClaims {
  return readClaims(payloadOf(token));
}

/**
 * The claims of an access token, or of one that only a server has, whose payload is given.
 *
 * @throws AuthzError as {@link claimsFromToken}
 */
export function claimsIn(token: string | Fields): KindeClaims {
  return readClaims(payloadIn(token));
}

/** The payload of a token, or the payload that is given. @throws AuthzError `invalid_token` */
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
    "The access token is no JWT with a JSON payload. Pass what Kinde's getAccessToken() returns.",
  );
}

function invalid(message: string): AuthzError {
  return new AuthzError("invalid_claims", message);
}
