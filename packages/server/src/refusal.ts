import {
  CANCELLED,
  DEADLINE_EXCEEDED,
  hasMethods,
  INTERNAL,
  INVALID_ARGUMENT,
  NOT_FOUND,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAUTHENTICATED,
  UNAVAILABLE,
  UNIMPLEMENTED,
} from "@kinde-cerbos/core/internal";

/**
 * Why a request is refused. Your code can rely on these names: messages may change between versions, reasons do not.
 *
 * | reason | status | when |
 * | --- | --- | --- |
 * | `not_found` | 404 | the path does not end in one of the PDP's two paths, or in `/api/events` if events are on |
 * | `method_not_allowed` | 405 | not a POST, or for events not a GET |
 * | `content_type_not_supported` | 415 | a type other than JSON or plain text, a charset other than UTF-8, or a content encoding |
 * | `body_invalid` | 400 | not JSON, or fields that a PDP does not accept |
 * | `body_too_large` | 413 | over `limits.bodyBytes` |
 * | `body_too_slow` | 408 | the body did not arrive within `limits.bodyTimeoutMs` |
 * | `too_many_resources`, `too_many_actions` | 400 | over `limits.resources`, `limits.actions` |
 * | `attributes_too_deep`, `text_too_long` | 400 | over `limits.attributeDepth`, `limits.textLength` |
 * | `kind_not_allowed`, `action_not_allowed` | 400 | not in `allow` |
 * | `scope_not_allowed`, `policy_version_not_allowed` | 400 | not in `scopes`, `policyVersions` |
 * | `annotations_not_allowed` | 400 | annotations of a client, and `clientAnnotations` is off |
 * | `plan_not_allowed` | 403 | a plan, and `plans` is off |
 * | `token_missing` | 401 | no token, and `anonymous` is off |
 * | `token_conflict` | 401 | two different tokens |
 * | `token_malformed` | 401 | not a JWT, or one with padding, whitespace or unused bits in its base64url |
 * | `token_algorithm` | 401 | not RS256 |
 * | `token_key_unknown` | 401 | signed with a key that the issuer does not have |
 * | `token_signature` | 401 | forged or damaged |
 * | `token_expired`, `token_not_yet_valid` | 401 | past `exp`; before `nbf` or `iat` |
 * | `token_issuer`, `token_audience`, `token_client` | 401 | another issuer, audience or application: `iss`, `aud`, `azp` |
 * | `token_claims` | 401 | a claim is missing or has the wrong type; an id token |
 * | `token_revoked` | 401 | `isRevoked` returned true |
 * | `session_mismatch` | 401 | the page has another user or organization than the session that `tokenOf` found |
 * | `token_refused` | 401 | the PDP refused a token that was verified here: its keys are older, or its clock is off |
 * | `cross_site` | 403 | a page of another origin sent no token, and `tokenOf` is set |
 * | `forbidden` | 403 | denied by the PDP |
 * | `rate_limited`, `too_busy` | 429 | over the user's rate; over `limits.inFlight`, `limits.inFlightPerSubject` or the limits of open streams |
 * | `aborted` | 499 | the client has left |
 * | `internal` | 500 | an error of this server or of a hook |
 * | `issuer_unavailable` | 503 | no keys to verify with: the issuer gives none, and the last ones are too old |
 * | `limiter_unavailable` | 503 | the store of the rate limit does not answer |
 * | `revocation_unknown` | 503 | `isRevoked` failed or took too long |
 * | `enrich_failed` | 503 | `principal.enrich` failed or took too long |
 * | `pdp_unavailable` | 503 | no PDP gave a valid answer |
 * | `pdp_timeout` | 504 | no PDP answered in time |
 */
export type RefusalReason =
  | "not_found"
  | "method_not_allowed"
  | "content_type_not_supported"
  | "body_invalid"
  | "body_too_large"
  | "body_too_slow"
  | "too_many_resources"
  | "too_many_actions"
  | "attributes_too_deep"
  | "text_too_long"
  | "kind_not_allowed"
  | "action_not_allowed"
  | "scope_not_allowed"
  | "policy_version_not_allowed"
  | "annotations_not_allowed"
  | "plan_not_allowed"
  | "token_missing"
  | "token_conflict"
  | "token_malformed"
  | "token_algorithm"
  | "token_key_unknown"
  | "token_signature"
  | "token_expired"
  | "token_not_yet_valid"
  | "token_issuer"
  | "token_audience"
  | "token_client"
  | "token_claims"
  | "token_revoked"
  | "session_mismatch"
  | "token_refused"
  | "cross_site"
  | "forbidden"
  | "rate_limited"
  | "too_busy"
  | "aborted"
  | "internal"
  | "issuer_unavailable"
  | "limiter_unavailable"
  | "revocation_unknown"
  | "enrich_failed"
  | "pdp_unavailable"
  | "pdp_timeout";

/** HTTP status and gRPC code of each reason. */
const REASONS: { readonly [reason in RefusalReason]: readonly [status: number, grpcCode: number] } = {
  not_found: [404, NOT_FOUND],
  method_not_allowed: [405, UNIMPLEMENTED],
  content_type_not_supported: [415, UNIMPLEMENTED],
  body_invalid: [400, INVALID_ARGUMENT],
  body_too_large: [413, RESOURCE_EXHAUSTED],
  body_too_slow: [408, DEADLINE_EXCEEDED],
  too_many_resources: [400, INVALID_ARGUMENT],
  too_many_actions: [400, INVALID_ARGUMENT],
  attributes_too_deep: [400, INVALID_ARGUMENT],
  text_too_long: [400, INVALID_ARGUMENT],
  kind_not_allowed: [400, INVALID_ARGUMENT],
  action_not_allowed: [400, INVALID_ARGUMENT],
  scope_not_allowed: [400, INVALID_ARGUMENT],
  policy_version_not_allowed: [400, INVALID_ARGUMENT],
  annotations_not_allowed: [400, INVALID_ARGUMENT],
  plan_not_allowed: [403, PERMISSION_DENIED],
  token_missing: [401, UNAUTHENTICATED],
  token_conflict: [401, UNAUTHENTICATED],
  token_malformed: [401, UNAUTHENTICATED],
  token_algorithm: [401, UNAUTHENTICATED],
  token_key_unknown: [401, UNAUTHENTICATED],
  token_signature: [401, UNAUTHENTICATED],
  token_expired: [401, UNAUTHENTICATED],
  token_not_yet_valid: [401, UNAUTHENTICATED],
  token_issuer: [401, UNAUTHENTICATED],
  token_audience: [401, UNAUTHENTICATED],
  token_client: [401, UNAUTHENTICATED],
  token_claims: [401, UNAUTHENTICATED],
  token_revoked: [401, UNAUTHENTICATED],
  session_mismatch: [401, UNAUTHENTICATED],
  token_refused: [401, UNAUTHENTICATED],
  cross_site: [403, PERMISSION_DENIED],
  forbidden: [403, PERMISSION_DENIED],
  rate_limited: [429, RESOURCE_EXHAUSTED],
  too_busy: [429, RESOURCE_EXHAUSTED],
  aborted: [499, CANCELLED],
  internal: [500, INTERNAL],
  issuer_unavailable: [503, UNAVAILABLE],
  limiter_unavailable: [503, UNAVAILABLE],
  revocation_unknown: [503, UNAVAILABLE],
  enrich_failed: [503, UNAVAILABLE],
  pdp_unavailable: [503, UNAVAILABLE],
  pdp_timeout: [504, DEADLINE_EXCEEDED],
};

/** Options of a {@link Refusal}. */
export interface RefusalOptions extends ErrorOptions {
  /** When to try again, in ms from now. It becomes the header `Retry-After`. Default: none. */
  readonly retryAfterMs?: number | undefined;
  /** For `method_not_allowed`: the method that is accepted. Default: `POST`. */
  readonly allow?: string | undefined;
}

/**
 * The error for a refused request: the gateway answers with it, and `requireAllowed` throws it. Its message says what
 * is wrong and what to do, and contains no token, attribute or claim.
 *
 * Frameworks that know errors with a `status` (Express) or a `getResponse` (Hono) turn it into the right response.
 */
export class Refusal extends Error {
  /** Why the request was refused. Stable between versions. */
  readonly reason: RefusalReason;
  /** HTTP status. */
  readonly status: number;
  /** gRPC status, as in the errors of a Cerbos PDP. */
  readonly grpcCode: number;
  /**
   * When to try again, in ms from when it was created; `undefined` if trying again does not help or the time is
   * unknown.
   */
  readonly retryAfterMs: number | undefined;
  readonly #allow: string;

  constructor(
    reason: RefusalReason,
    message: string,
    { retryAfterMs, allow = "POST", ...options }: RefusalOptions = {},
  ) {
    super(message, options);
    this.name = "Refusal";
    this.reason = reason;
    [this.status, this.grpcCode] = REASONS[reason];
    this.retryAfterMs = retryAfterMs;
    this.#allow = allow;
  }

  /** The headers of the response. */
  get headers(): { [name: string]: string } {
    return {
      ...(this.status === 401 && { "www-authenticate": "Bearer" }),
      ...(this.reason === "method_not_allowed" && { allow: this.#allow }),
      ...retryAfter(this.retryAfterMs),
    };
  }

  /** Creates a response in the form of a Cerbos PDP's errors: `{ code, message }`. */
  getResponse(): Response {
    return jsonResponse(JSON.stringify({ code: this.grpcCode, message: this.message }), this.status, this.headers);
  }
}

/** Turns any error into a refusal. An unexpected one becomes `internal`, and its text goes to nobody. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal || isOfOtherCopy(error)) return error;
  const message = "The server failed at this request. Its log has the cause.";
  return new Refusal("internal", message, { cause: error });
}

/** Whether an error is a Refusal of another copy of this package: a bundler may load it twice in one process. */
function isOfOtherCopy(error: unknown): error is Refusal {
  return error instanceof Error && error.name === "Refusal" && hasMethods(error, ["getResponse"]);
}

/** The header `Retry-After`, if the time is known. */
export function retryAfter(ms: number | undefined): { [name: string]: string } {
  return ms === undefined ? {} : { "retry-after": String(Math.ceil(ms / 1000)) };
}

/** Creates a JSON response that must not be cached. */
export function jsonResponse(
  text: string,
  status: number,
  headers: { readonly [name: string]: string } = {},
): Response {
  return new Response(text, {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}
