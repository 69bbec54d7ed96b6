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
 * Why a request is refused, as a stable word to branch on. Messages may change
 * between versions; reasons do not.
 *
 * | reason | status | when |
 * | --- | --- | --- |
 * | `not_found` | 404 | the path ends in neither of the PDP's two, nor in that of the events if they are on |
 * | `method_not_allowed` | 405 | it is no POST, or no GET of the events |
 * | `content_type_not_supported` | 415 | another type than JSON or plain text, another charset than UTF-8, a content encoding |
 * | `body_invalid` | 400 | no JSON, or not the fields that a PDP takes |
 * | `body_too_large` | 413 | over `limits.bodyBytes` |
 * | `body_too_slow` | 408 | not there within `limits.bodyTimeoutMs` |
 * | `too_many_resources`, `too_many_actions` | 400 | over `limits.resources`, `limits.actions` |
 * | `attributes_too_deep`, `text_too_long` | 400 | over `limits.attributeDepth`, `limits.textLength` |
 * | `kind_not_allowed`, `action_not_allowed` | 400 | not in `allow` |
 * | `scope_not_allowed`, `policy_version_not_allowed` | 400 | not in `scopes`, `policyVersions` |
 * | `annotations_not_allowed` | 400 | annotations of a client, and `clientAnnotations` is off |
 * | `plan_not_allowed` | 403 | a plan, and `plans` is off |
 * | `token_missing` | 401 | no token, and anonymous requests are not taken |
 * | `token_conflict` | 401 | two tokens that differ |
 * | `token_malformed` | 401 | no JWT, or one with padding, whitespace or unused bits in its base64url |
 * | `token_algorithm` | 401 | not RS256 |
 * | `token_key_unknown` | 401 | signed with a key that is not the issuer's |
 * | `token_signature` | 401 | forged or damaged |
 * | `token_expired`, `token_not_yet_valid` | 401 | past `exp`; before `nbf` or `iat` |
 * | `token_issuer`, `token_audience`, `token_client` | 401 | `iss`, `aud` or `azp` of somebody else |
 * | `token_claims` | 401 | a claim is missing, or of the wrong type; an id token |
 * | `token_revoked` | 401 | `isRevoked` says that it is revoked |
 * | `session_mismatch` | 401 | the page is of another user or organization than the session that `tokenOf` found |
 * | `token_refused` | 401 | the PDP refuses a token that was verified here: its own keys are older, or its clock is off |
 * | `cross_site` | 403 | a page of another origin asks without a token, and `tokenOf` is there |
 * | `forbidden` | 403 | denied by the PDP |
 * | `rate_limited`, `too_busy` | 429 | over the rate of the subject; over `limits.inFlight` or `limits.inFlightPerSubject`, or over the streams of events that may be open |
 * | `aborted` | 499 | the client has left |
 * | `internal` | 500 | a fault of this server or of a hook |
 * | `issuer_unavailable` | 503 | no keys to verify with: the issuer gives none, and the last ones are too old |
 * | `limiter_unavailable` | 503 | the store of the rate limit does not answer |
 * | `revocation_unknown` | 503 | `isRevoked` failed, or gave no answer in time |
 * | `enrich_failed` | 503 | `principal.enrich` gave no attributes |
 * | `pdp_unavailable` | 503 | no PDP answered as one |
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

/** What a {@link Refusal} may carry. */
export interface RefusalOptions extends ErrorOptions {
  /** When to ask again, in ms from now: it becomes `Retry-After`. */
  readonly retryAfterMs?: number | undefined;
  /** Of `method_not_allowed`: the method that is accepted. Default: `POST`. */
  readonly allow?: string | undefined;
}

/**
 * A request that is refused: what the gateway answers with, and what
 * `requireAllowed` throws. Its message says what is wrong and the remedy, and
 * has no token, attribute or claim in it.
 *
 * Frameworks that know errors with a `status` (Express) or a `getResponse`
 * (Hono) answer it as it is.
 */
export class Refusal extends Error {
  /** Stable word that says why. */
  readonly reason: RefusalReason;
  /** HTTP status. */
  readonly status: number;
  /** gRPC status, as in the errors of a Cerbos PDP. */
  readonly grpcCode: number;
  /** When to ask again, in ms from then; `undefined` where asking again does not help, or nobody knows. */
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

  /** The headers of its answer. */
  get headers(): { [name: string]: string } {
    return {
      ...(this.status === 401 && { "www-authenticate": "Bearer" }),
      ...(this.reason === "method_not_allowed" && { allow: this.#allow }),
      ...retryAfter(this.retryAfterMs),
    };
  }

  /** A new answer, in the form of a Cerbos PDP's errors: `{ code, message }`. */
  getResponse(): Response {
    return jsonResponse(JSON.stringify({ code: this.grpcCode, message: this.message }), this.status, this.headers);
  }
}

/** What was thrown, as a refusal. What nobody foresaw is a fault of this server, and quoted to nobody. */
export function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal || isOfOtherCopy(error)) return error;
  const message = "The server failed at this request. Its log has the cause.";
  return new Refusal("internal", message, { cause: error });
}

/** Events may be of another copy of this package, as a bundler may load it twice in one process. */
function isOfOtherCopy(error: unknown): error is Refusal {
  return error instanceof Error && error.name === "Refusal" && hasMethods(error, ["getResponse"]);
}

/** The header that says when to ask again, if that is known. */
export function retryAfter(ms: number | undefined): { [name: string]: string } {
  return ms === undefined ? {} : { "retry-after": String(Math.ceil(ms / 1000)) };
}

/** An answer that nobody may keep. */
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
