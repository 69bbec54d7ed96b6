import { type KindeClaims, readClaims } from "@kinde-cerbos/core";
import { Failure } from "./error-text.ts";
import { type OptionNames } from "./option-names.ts";
import { requireFunctions, requireIntegers } from "./option.ts";
import { Refusal } from "./refusal.ts";
import { settled } from "./settled.ts";

/** Options for revoking tokens before they end. */
export interface RevocationOptions {
  /**
   * Returns whether the token with these verified claims is revoked, for example because its user has left since `iat`.
   * It runs for each request, before `principal.enrich`, any cached decision and the PDP. Nothing is allowed unless it
   * returns `false` in time. Default: no token is revoked.
   */
  readonly isRevoked?: ((claims: KindeClaims) => boolean | Promise<boolean>) | undefined;
  /** How long `isRevoked` may take before it has failed, in ms. 1 to 60000. Default: 2000. */
  readonly isRevokedTimeoutMs?: number | undefined;
}

export const REVOCATION_OPTIONS: OptionNames<RevocationOptions> = { isRevoked: true, isRevokedTimeoutMs: true };

/** Refuses a revoked token. */
export type RequireNotRevoked = (payload: object) => Promise<void>;

/**
 * @returns a function that throws a Refusal `token_revoked`, or `revocation_unknown` if `isRevoked` fails
 * @throws AuthzError `invalid_option`
 */
export function createRevocation({ isRevoked, isRevokedTimeoutMs = 2000 }: RevocationOptions): RequireNotRevoked {
  requireFunctions({ isRevoked });
  requireIntegers({ isRevokedTimeoutMs }, { isRevokedTimeoutMs: [1, 60_000] });
  return async (payload) => {
    if (!isRevoked) return;
    const claims = readClaims(payload);
    // `async` turns what it throws at once into a rejection. Untyped callers return anything.
    const answer: unknown = await settled((async () => isRevoked(claims))(), isRevokedTimeoutMs).catch(unknown);
    if (answer === true) throw new Refusal("token_revoked", "The token has been revoked. Sign in again.");
    if (answer !== false) unknown(new Failure("isRevoked returned neither true nor false in time."));
  };
}

function unknown(cause: unknown): never {
  throw new Refusal(
    "revocation_unknown",
    "It could not be checked whether the token is revoked, so nothing is allowed. Try again.",
    { cause },
  );
}
