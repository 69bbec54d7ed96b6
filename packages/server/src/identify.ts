import { AuthzError, createSession, type PrincipalOptions, type Session } from "@kinde-cerbos/core";

import { Refusal } from "./refusal.ts";
import { createTokenVerifier, type TokenOptions } from "./verify-token.ts";

/** Whose tokens count, and how their claims become a principal. */
export interface IdentityOptions extends TokenOptions {
  /**
   * How verified claims become a principal: the same options as in the browser, so
   * that both sides ask in one name. `enrich` is asked once for each request, with
   * the verified claims: keep what it fetches, by `sub` and `org_code`.
   */
  readonly principal?: PrincipalOptions | undefined;
  /** `principal.enrich` without an answer fails after this long, in ms. Default: 5000. */
  readonly enrichTimeoutMs?: number | undefined;
}

/** Who asks: the session of a token that was verified. */
export type Identify = (token: string) => Promise<Session>;

/**
 * @returns what throws a Refusal: one of `token_…`, `issuer_unavailable`, `enrich_failed`; AuthzError `invalid_option`
 *   where `principal` makes a principal that Cerbos would refuse
 * @throws AuthzError `invalid_option`
 */
export function createIdentify(options: IdentityOptions): Identify {
  const verify = createTokenVerifier(options);
  const { principal, enrichTimeoutMs: timeoutMs } = options;
  return async (token) => {
    await verify(token);
    try {
      return await createSession(token, { principal, timeoutMs });
    } catch (error) {
      throw error instanceof AuthzError ? refusalOf(error) : error;
    }
  };
}

function refusalOf(error: AuthzError): Error {
  switch (error.code) {
    case "enrich_failed":
      return new Refusal("enrich_failed", "What is known of the user beyond the token cannot be fetched, so nothing is allowed. Ask again.", {
        cause: error,
      });
    case "invalid_claims":
    case "invalid_token":
      return new Refusal(
        "token_claims",
        "The token's claims cannot be used. Is this an access token of a Kinde user, and not of a machine?",
        { cause: error },
      );
    default:
      return error;
  }
}
