import {
  AuthzError,
  createSession,
  type KindeClaims,
  type PrincipalOptions,
  readClaims,
  type Session,
} from "@kinde-cerbos/core";
import { isName, requireOption } from "@kinde-cerbos/core/internal";
import type { JWTPayload } from "jose";
import { createEnrichment } from "./enriched.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireFunctions, requireIntegers } from "./option.ts";
import { Refusal } from "./refusal.ts";
import { createRevocation, type RequireNotRevoked, REVOCATION_OPTIONS, type RevocationOptions } from "./revocation.ts";
import { TOKEN_OPTIONS, type TokenOptions, tokenVerifierOf } from "./verify-token.ts";

/**
 * Options of the gateway and the enforcer: which tokens are accepted, how their claims become a principal, and whether
 * a token is required.
 */
export interface IdentityOptions extends TokenOptions, RevocationOptions {
  /**
   * Whether checks without a token are accepted, with the principal `anonymous` and its one role `anonymous`. Default:
   * false.
   */
  readonly anonymous?: boolean | undefined;
  /**
   * How verified claims become a principal. Use the same options as in the browser, so that both make the same
   * principal. `enrich` gets the verified claims. Default: see `principalFromClaims` of core.
   */
  readonly principal?: PrincipalOptions | undefined;
  /** How long `principal.enrich` may take before it has failed, in ms. 1 to 600000. Default: 5000. */
  readonly enrichTimeoutMs?: number | undefined;
  /**
   * How long the result of `principal.enrich` is reused for a token, in ms; 0 for never. 0 to 3600000. Default: 60000.
   */
  readonly enrichMaxAgeMs?: number | undefined;
}

export const IDENTITY_OPTIONS: OptionNames<IdentityOptions> = {
  ...TOKEN_OPTIONS,
  ...REVOCATION_OPTIONS,
  anonymous: true,
  principal: true,
  enrichTimeoutMs: true,
  enrichMaxAgeMs: true,
};

const PRINCIPAL_OPTIONS: OptionNames<PrincipalOptions> = {
  baseRoles: true,
  scopeFromOrg: true,
  enrich: true,
  map: true,
};

/** A token that was verified, with its claims. */
export interface VerifiedToken {
  readonly token: string;
  readonly claims: JWTPayload;
}

/** Turns the token of a request into a session, in two steps, so that a caller can refuse between them. */
export interface Identity {
  /**
   * Verifies a token. Resolves with `null` for a request without one, if `anonymous` is on.
   *
   * @throws Refusal `token_…`, among them `token_missing`, and `issuer_unavailable`
   */
  readonly verify: (token: string | null) => Promise<VerifiedToken | null>;
  /**
   * Makes the session of a verified token, or of an anonymous user for `null`. This is where `isRevoked` runs, and then
   * `principal.enrich`.
   *
   * @throws Refusal `token_revoked`, `revocation_unknown`, `enrich_failed`, `token_claims`; AuthzError `invalid_option`
   *   for a principal that Cerbos would refuse
   */
  readonly sessionOf: (verified: VerifiedToken | null) => Promise<Session>;
  /**
   * Reads the claims of a verified token. `isRevoked` runs, `principal.enrich` does not.
   *
   * @throws Refusal `token_revoked`, `revocation_unknown`, `token_claims`
   */
  readonly claimsOf: (verified: VerifiedToken) => Promise<KindeClaims>;
  /** When the token with these claims is no longer taken, in ms since the epoch: with the skew. */
  readonly endOf: (claims: KindeClaims) => number;
  /** Whether the token of a session has ended since it was verified, by the same clock and with the same skew. */
  readonly isOver: (session: Session) => boolean;
  /**
   * Call it before each later use of a session.
   *
   * @throws Refusal `token_revoked`, `revocation_unknown`
   */
  readonly requireNotRevoked: RequireNotRevoked;
}

/** @throws AuthzError `invalid_option` */
export function createIdentity(options: IdentityOptions): Identity {
  const verifyToken = tokenVerifierOf(options);
  const requireNotRevoked = createRevocation(options);
  const { anonymous = false, enrichTimeoutMs = 5000, enrichMaxAgeMs = 60_000 } = options;
  const { clockSkewMs = 5000, now = () => Date.now() } = options;
  // A text from the environment, even "false", counts as true: checks without a token would be accepted.
  requireOption(typeof anonymous === "boolean", "anonymous must be true or false");
  requireIntegers(
    { enrichTimeoutMs, enrichMaxAgeMs },
    { enrichTimeoutMs: [1, 600_000], enrichMaxAgeMs: [0, 3_600_000] },
  );
  if (options.principal !== undefined) requirePrincipalOptions(options.principal);
  const enrichment = createEnrichment(options.principal, enrichMaxAgeMs, now);
  return {
    async verify(token) {
      if (token !== null) return { token, claims: await verifyToken(token) };
      if (anonymous) return null;
      throw missingToken();
    },
    async sessionOf(verified) {
      if (!verified) return createSession(null);
      try {
        await requireNotRevoked(verified.claims);
        return await createSession(verified.token, { principal: enrichment.options, timeoutMs: enrichTimeoutMs });
      } catch (error) {
        throw error instanceof AuthzError ? refusalOf(error, await enrichment.retryAfterMs(verified.token)) : error;
      }
    },
    async claimsOf({ claims }) {
      try {
        await requireNotRevoked(claims);
        return readClaims(claims);
      } catch (error) {
        throw error instanceof AuthzError ? refusalOf(error) : error;
      }
    },
    endOf: ({ exp = 0 }) => exp * 1000 + clockSkewMs,
    requireNotRevoked,
    isOver: ({ expiresAt }) => expiresAt !== null && expiresAt + clockSkewMs <= now(),
  };
}

/** The refusal of a request that needs a token and has none. */
export function missingToken(): Refusal {
  return new Refusal("token_missing", "The request has no token. Sign in, and send the Kinde access token.");
}

/** Checks the options at start-up: core would only notice when a token arrives. */
function requirePrincipalOptions(principal: PrincipalOptions): void {
  requireKnownOptions(principal, PRINCIPAL_OPTIONS, "principal");
  const { baseRoles = [], enrich, map, scopeFromOrg } = principal;
  requireOption(
    Array.isArray(baseRoles) && baseRoles.every(isName),
    "principal.baseRoles must be a list of role names",
  );
  requireFunctions({ "principal.enrich": enrich, "principal.map": map, "principal.scopeFromOrg": scopeFromOrg });
}

function refusalOf(error: AuthzError, retryAfterMs?: number): Error {
  switch (error.code) {
    case "enrich_failed":
      return new Refusal(
        "enrich_failed",
        "The user's further attributes cannot be fetched (principal.enrich failed), so nothing is allowed. Try again.",
        {
          cause: error,
          retryAfterMs,
        },
      );
    case "invalid_claims":
    case "invalid_token":
      return new Refusal(
        "token_claims",
        "The token's claims cannot be used. Send the access token of a Kinde user, not of a machine.",
        { cause: error },
      );
    default:
      return error;
  }
}
