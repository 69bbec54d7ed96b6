import { withoutTokens } from "./redact.ts";

/**
 * What went wrong, as a stable word to branch on. Messages may change between
 * versions; codes do not.
 *
 * | code | when |
 * | --- | --- |
 * | `invalid_check` | a check has no action, kind or id, or its attributes are not JSON, or cannot be read |
 * | `invalid_token` | the token is not a JWT |
 * | `invalid_claims` | a claim of the token has the wrong type, or `sub` is missing, or no principal can be made of them |
 * | `source_failed` | the function of a token source that gets the token, or its claims, threw or returned something else |
 * | `enrich_failed` | `principal.enrich` gave no attributes, so there is no session |
 * | `insecure_context` | the page has no Web Crypto: it is neither HTTPS nor localhost |
 * | `session_expired` | the token is past its `exp`, or the PDP refused it, and there is no newer one that is good |
 * | `clock_skew` | this machine's clock is ahead of Kinde's by more than a token's lifetime, so Kinde's SDK takes every token for expired |
 * | `session_ended` | the check belongs to a session that is over (sign-out, other user or organization) |
 * | `token_refused` | the PDP or a gateway refused the token, and there is no source of newer ones; or it wants a token, and the session has none. The message has a gateway's own words; a PDP's log says why |
 * | `check_refused` | the PDP finds this check invalid; its neighbours have their decisions |
 * | `request_refused` | the PDP, or what stands before it, refused the request as a whole |
 * | `pdp_unavailable` | no answer that can be read, three times: down, CORS on another origin, a proxy's error page, 429, 5xx |
 * | `timeout` | no answer within `timeoutMs`, the last of three times |
 * | `aborted` | the caller's signal was aborted |
 * | `malformed_response` | the answer lacks the row or effect asked for, or names another resource |
 * | `untranslatable_plan` | a plan's condition has something that the filter of a database cannot express, or that Cerbos plans wrongly |
 * | `invalid_option` | an option is of a wrong type, or out of its range |
 * | `session_loading` | something was asked before Kinde has said who the user is |
 * | `signed_out` | a loader asked while nobody is signed in, and the provider does not have `anonymous` |
 * | `forbidden` | the PDP denied what a route's loader needs |
 * | `switch_not_member` | Kinde says that the user is not a member of the organization to switch to |
 * | `switch_login_required` | Kinde wants to see the user before it switches the organization |
 * | `switch_blocked` | what came instead of Kinde's answer to a switch cannot be read: a page, or a ban on frames |
 * | `switch_timeout` | Kinde did not answer a switch in time |
 * | `switch_failed` | Kinde refused a switch for a reason of another kind |
 * | `silent_page_missing` | the silent page of a switch is not the blank one that it must be |
 * | `offline` | this machine has no network, or Kinde cannot be reached from it |
 * | `no_provider` | a hook was used outside the provider it needs |
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

/** What an {@link AuthzError} may carry. */
export interface AuthzErrorOptions extends ErrorOptions {
  /** When the PDP wants to be asked again, in ms from now: HTTP's `Retry-After`. */
  readonly retryAfterMs?: number;
}

/**
 * The one error class of this package. It never carries a token, in its message
 * or elsewhere; `cause` is the error underneath, when there is one.
 */
export class AuthzError extends Error {
  /** Stable word that says what went wrong. */
  readonly code: AuthzErrorCode;
  /** When the PDP wants to be asked again, in ms from the error on; `undefined` if it did not say. */
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

/** @throws AuthzError `invalid_option` where an option does not hold, with what it must be */
export function requireOption(holds: boolean, must: string): asserts holds {
  if (!holds) throw new AuthzError("invalid_option", `${must}.`);
}

/**
 * What `read` makes of what others brought along: a getter of theirs may throw, or a function.
 *
 * @throws AuthzError its own; of the code given for anything else that it throws
 */
export function readable<Result>(code: AuthzErrorCode, what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof AuthzError) throw error;
    throw new AuthzError(code, `${what} cannot be read: see the cause.`, { cause: withoutTokens(error) });
  }
}

/** The error for an answer of the PDP that is not what was asked for. */
export function malformed(what: string): AuthzError {
  return new AuthzError("malformed_response", `The PDP's answer cannot be used: ${what}`);
}
