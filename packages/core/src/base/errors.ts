import { withoutTokens } from "./redact.ts";

/**
 * The stable code of an {@link AuthzError}. Messages may change between versions; codes do not.
 *
 * | code | when |
 * | --- | --- |
 * | `invalid_check` | a check has no action, kind or id, or its attributes are not JSON or cannot be read |
 * | `invalid_token` | the token is not a JWT |
 * | `invalid_claims` | a claim has the wrong type, `sub` is missing, or no principal can be made from the claims |
 * | `source_failed` | the function of a token source threw, or returned neither a token nor claims |
 * | `enrich_failed` | `principal.enrich` failed or took too long, so there is no session |
 * | `insecure_context` | the page has no Web Crypto: it is served neither over HTTPS nor from localhost |
 * | `session_expired` | the token has expired or the PDP refused it, and there is no valid newer one |
 * | `clock_skew` | this machine's clock is ahead of Kinde's by more than a token's lifetime |
 * | `session_ended` | the check belongs to a session that has ended (sign-out, other user or organization) |
 * | `token_refused` | the PDP or a gateway refused the token and there is no newer one, or it requires a token |
 * | `check_refused` | the PDP considers this check invalid; other checks of its request get their decisions |
 * | `request_refused` | the PDP, or a proxy in front of it, refused the whole request |
 * | `pdp_unavailable` | no readable answer, three times: PDP down, CORS, a proxy's error page, 429, 5xx |
 * | `timeout` | no answer within `timeoutMs`, three times |
 * | `aborted` | the caller's signal was aborted |
 * | `malformed_response` | the answer lacks the row or effect of a check, or names another resource |
 * | `untranslatable_plan` | a plan has a condition that no database filter can express, or that Cerbos plans wrongly |
 * | `invalid_option` | an option has the wrong type or is out of its range |
 * | `session_loading` | a check was made before the user was known |
 * | `signed_out` | a loader made a check while nobody is signed in, and the provider does not have `anonymous` |
 * | `forbidden` | the PDP denied the check of a route's loader |
 * | `switch_not_member` | the user is not a member of the organization to switch to |
 * | `switch_login_required` | Kinde requires a sign-in before it switches the organization |
 * | `switch_blocked` | Kinde's answer to a switch cannot be read: Kinde showed a page, or frames are forbidden |
 * | `switch_timeout` | Kinde did not answer a switch in time |
 * | `switch_failed` | Kinde refused a switch for another reason |
 * | `silent_page_missing` | the silent page of a switch is not a blank page |
 * | `offline` | this machine has no network, or Kinde cannot be reached |
 * | `no_provider` | a hook was used outside of its provider |
 */
export type AuthzErrorCode =
  | "invalid_check"
  | "invalid_token"
  | "invalid_claims"
  | "source_failed"
  | "enrich_failed"
  | "insecure_context"
  | "session_expired"
  | "clock_skew"
  | "session_ended"
  | "token_refused"
  | "check_refused"
  | "request_refused"
  | "pdp_unavailable"
  | "timeout"
  | "aborted"
  | "malformed_response"
  | "untranslatable_plan"
  | "invalid_option"
  | "session_loading"
  | "signed_out"
  | "forbidden"
  | "switch_not_member"
  | "switch_login_required"
  | "switch_blocked"
  | "switch_timeout"
  | "switch_failed"
  | "silent_page_missing"
  | "offline"
  | "no_provider";

/** Options for the constructor of {@link AuthzError}. */
export interface AuthzErrorOptions extends ErrorOptions {
  /** How long the PDP asks callers to wait before a retry, in ms from now: HTTP's `Retry-After`. */
  readonly retryAfterMs?: number;
}

/** The only error class of this package. It never contains a token. `cause` is the original error, if there is one. */
export class AuthzError extends Error {
  /** What went wrong, as a stable code. */
  readonly code: AuthzErrorCode;
  /** How long the PDP asks callers to wait before a retry, in ms from the error on; `undefined` if it did not say. */
  readonly retryAfterMs: number | undefined;

  constructor(code: AuthzErrorCode, message: string, options: AuthzErrorOptions = {}) {
    super(message, options);
    this.name = "AuthzError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Whether it is an error of this package with this code. */
export function hasCode(error: unknown, code: AuthzErrorCode): error is AuthzError {
  return error instanceof AuthzError && error.code === code;
}

/** @throws AuthzError `invalid_option` if the condition does not hold, with what the option must be */
export function requireOption(holds: boolean, must: string): asserts holds {
  if (!holds) throw new AuthzError("invalid_option", `${must}.`);
}

/**
 * Returns the result of `read`, which calls code of the caller: a getter or a function that may throw.
 *
 * @throws AuthzError its own; anything else as one with the given code
 */
export function readable<Result>(code: AuthzErrorCode, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof AuthzError) throw error;
    throw new AuthzError(code, `${what} cannot be read: see the cause.`, { cause: withoutTokens(error) });
  }
}

/** The error for an answer of the PDP that does not answer the request. */
export function malformed(what: string): AuthzError {
  return new AuthzError("malformed_response", `The PDP's answer cannot be used: ${what}`);
}
