import { isName, requireOption } from "@kinde-cerbos/core/internal";
import { errors, jwtVerify, type JWTPayload } from "jose";
import { createIssuerKeys, ISSUER_KEYS_OPTIONS, type IssuerKeysOptions } from "./issuer-keys.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { addressOf, namesOf, requireIntegers, secureAddressOf } from "./option.ts";
import { Refusal } from "./refusal.ts";

/** Options for verifying tokens: which ones are accepted. */
export interface TokenOptions extends IssuerKeysOptions {
  /**
   * The Kinde domain, as in the claim `iss`: `https://example.kinde.com`. A slash at the end is ignored. Plain `http`
   * is accepted only for an issuer on this machine.
   */
  readonly issuer: string;
  /**
   * The audiences of this API: the claim `aud` must contain one of them. Kinde's own `switchOrg` drops the audience, so
   * an empty `aud` is accepted too if `clientId` is given. Default: any. You must give `audience` or `clientId`.
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * Client ids of the applications whose tokens are accepted, as in the claim `azp`. Default: any application that
   * requested the audience.
   */
  readonly clientId?: string | readonly string[] | undefined;
  /** How far the clocks of Kinde and this machine may differ, in ms. 0 to 60000. Default: 5000. */
  readonly clockSkewMs?: number | undefined;
}

export const TOKEN_OPTIONS: OptionNames<TokenOptions> = {
  ...ISSUER_KEYS_OPTIONS,
  issuer: true,
  audience: true,
  clientId: true,
  clockSkewMs: true,
};

/** Verifies a token. Resolves with its claims if it is genuine, has not expired, and is for this API. */
export type TokenVerifier = (token: string) => Promise<JWTPayload>;

/** Base64url in its only valid spelling: the unused bits of the last character are 0 (RFC 4648, 3.5). */
const PART = "(?:[\\w-]{4})*(?:[\\w-]{4}|[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])";
/** A token with only one spelling has only one entry in caches and counters. */
const JWT = new RegExp(`^${PART}\\.${PART}\\.${PART}$`);

/**
 * Creates a verifier of Kinde access tokens. It checks the signature (RS256 with a key of the issuer), `iss`, `aud`,
 * `azp`, `exp`, which is required, `nbf` and `iat`. It refuses id tokens, and tokens without the list of scopes, `scp`,
 * that Kinde's access tokens have. Keys come only from the issuer's JWKS; `jku`, `x5u` or `jwk` of a token are ignored.
 *
 * @returns a function that throws a Refusal: one of `token_…`, or `issuer_unavailable` if there are no keys to verify
 *   with
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  requireKnownOptions(options, TOKEN_OPTIONS, "createTokenVerifier");
  return tokenVerifierOf(options);
}

/** Creates the same verifier for a caller that has already checked the names of the options. */
export function tokenVerifierOf(options: TokenOptions): TokenVerifier {
  const { now = () => Date.now(), clockSkewMs = 5000 } = options;
  const issuer = issuerOf(options.issuer);
  const audiences = namesOf(options.audience, "audience");
  const clientIds = namesOf(options.clientId, "clientId");
  requireOption(
    audiences.length + clientIds.length > 0,
    "Set audience or clientId: without both, a token for any application of this Kinde domain would be accepted",
  );
  requireIntegers({ clockSkewMs }, { clockSkewMs: [0, 60_000] });
  const keyOf = createIssuerKeys(issuer, options);

  return async (token) => {
    if (!JWT.test(token)) throw malformedToken();
    const time = now();
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: ["RS256"],
      issuer,
      requiredClaims: ["exp", "sub"],
      clockTolerance: clockSkewMs / 1000,
      currentDate: new Date(time),
    }).catch((error: unknown) => {
      throw tokenRefusal(error);
    });
    const { iat, azp, aud } = payload;
    if (iat !== undefined && !(typeof iat === "number" && iat * 1000 <= time + clockSkewMs)) {
      throw new Refusal("token_not_yet_valid", "The token was issued in the future. Is this server's clock right?");
    }
    requireAccessToken(payload);
    if (clientIds.length > 0 && !(isName(azp) && clientIds.includes(azp))) {
      throw new Refusal(
        "token_client",
        "The token was issued to another application. If its users may send requests here, add its client id to clientId.",
      );
    }
    const asked = aud === undefined ? [] : [aud].flat();
    const isForHere = asked.length === 0 ? clientIds.length > 0 : asked.some((name) => audiences.includes(name));
    if (audiences.length > 0 && !isForHere) {
      throw new Refusal(
        "token_audience",
        asked.length === 0
          ? "The token has no audience. Request the audience of this API from Kinde. Kinde's switchOrg drops it: set " +
              "clientId to accept the tokens of your application instead."
          : "The token is for another audience. Request the audience of this API from Kinde.",
      );
    }
    return payload;
  };
}

/** The issuer, without a slash at the end. It is compared with the claim `iss` character by character. */
export function issuerOf(option: unknown): string {
  return addressOf(secureAddressOf(option, "issuer"), "issuer");
}

/**
 * Refuses id tokens: they are signed with the same key, but are meant for the page and prove nothing to an API. An id
 * token has its own application in `aud`, and may have a nonce and the hash of an access token. Only access tokens have
 * scopes, which a token generation workflow in Kinde cannot change.
 */
function requireAccessToken(claims: JWTPayload): void {
  const { azp, aud, scp } = claims;
  const isForPage = "at_hash" in claims || "nonce" in claims || (isName(azp) && [aud].flat().includes(azp));
  if (isForPage || !Array.isArray(scp)) {
    throw new Refusal(
      "token_claims",
      "This is not an access token. Send the one from Kinde's getAccessToken(), not the id token.",
    );
  }
}

/** Turns an error of jose into a refusal with a message of our own: jose's may quote a claim. */
export function tokenRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTExpired) {
    return new Refusal("token_expired", "The token has expired. Refresh it, or sign in again.");
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") {
      return new Refusal(
        "token_issuer",
        "The token is from another issuer. Is the issuer option the Kinde domain of the app?",
      );
    }
    if (error.claim === "nbf" && error.reason === "check_failed") {
      return new Refusal("token_not_yet_valid", "The token is not valid yet. Is this server's clock right?");
    }
    return new Refusal(
      "token_claims",
      `The token's claim "${error.claim}" is missing or of the wrong type. Is this an access token of a Kinde user?`,
    );
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new Refusal("token_algorithm", "The token is not signed with RS256, as Kinde's are.");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new Refusal("token_signature", "The token's signature is wrong. Get a token from Kinde.");
  }
  return malformedToken();
}

/** The refusal for a token that is not a JWT. */
export function malformedToken(): Refusal {
  return new Refusal("token_malformed", "The token is not a valid JWT. Send what Kinde's getAccessToken() returns.");
}
