import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";

import { addressOf, isName, namesOf, requireIntegers, requireOption, type Send } from "./option.ts";
import { Refusal } from "./refusal.ts";

/** Whose tokens count. */
export interface TokenOptions {
  /** The Kinde domain, as in the claim `iss`: `https://example.kinde.com`. A slash at the end is left out. */
  readonly issuer: string;
  /**
   * The audiences of this API: one of them must be in the claim `aud`. Kinde's own
   * `switchOrg` drops the audience, so an `aud` that is empty passes too where
   * `clientId` is given. Default: any. `audience` or `clientId` must be given.
   */
  readonly audience?: string | readonly string[] | undefined;
  /**
   * The client ids of the applications whose tokens count, as in the claim `azp`.
   * Default: any application that asked for the audience.
   */
  readonly clientId?: string | readonly string[] | undefined;
  /** Where the issuer's keys are reached from here. Default: `/.well-known/jwks` of the issuer. */
  readonly jwksUrl?: string | undefined;
  /** The keys are fetched again after so long, in ms. Default: 600000. */
  readonly jwksMaxAgeMs?: number | undefined;
  /**
   * A key that is not among them makes them be fetched again, at most once in so
   * long, in ms: that is how a rotated key is learned. Default: 30000.
   */
  readonly jwksCooldownMs?: number | undefined;
  /** How far the clocks of Kinde and this machine may differ, in ms. Default: 5000. */
  readonly clockSkewMs?: number | undefined;
  /** Sends all requests: for keys, and to the PDP. Default: the global `fetch`. */
  readonly fetch?: Send | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The claims of a token that was found genuine, in time, and meant for here. */
export type TokenVerifier = (token: string) => Promise<JWTPayload>;

/** Base64url and nothing else: no two spellings of one token. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** An issuer that does not give its keys is not asked again for so long, in ms. */
const JWKS_PAUSE_MS = 1000;
const JWKS_TIMEOUT_MS = 3000;
/** Issuers have a few keys, of less than 1 KB each. More than this is never held. */
const JWKS_BYTES = 262_144;

/**
 * Verifies Kinde access tokens: RS256 with a key of the issuer, `iss`, `aud` and
 * `azp`, `exp` which there has to be, `nbf` and `iat`. Keys come from the JWKS of
 * the issuer alone; a token's own `jku`, `x5u` or `jwk` is not looked at.
 *
 * @returns what throws a Refusal: one of `token_…`, or `issuer_unavailable` where there are no keys to verify with
 * @throws AuthzError `invalid_option`
 */
export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  const { now = () => Date.now(), clockSkewMs = 5000 } = options;
  const issuer = addressOf(options.issuer, "issuer");
  const audiences = namesOf(options.audience, "audience");
  const clientIds = namesOf(options.clientId, "clientId");
  requireOption(
    audiences.length + clientIds.length > 0,
    "audience or clientId must be given: without both, a token for anything of this Kinde domain would count",
  );
  requireIntegers({ clockSkewMs }, { clockSkewMs: [0, 60_000] });
  const keyOf = issuerKeys(issuer, options, now);

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
      throw refusalOf(error);
    });
    const { iat, azp, aud, at_hash: atHash } = payload;
    if (iat !== undefined && !(typeof iat === "number" && iat * 1000 <= time + clockSkewMs)) {
      throw new Refusal("token_not_yet_valid", "The token was issued in the future. Is this server's clock right?");
    }
    // Kinde puts it into id tokens alone: they are for the page, and prove nothing to an API.
    if (atHash !== undefined) {
      throw new Refusal("token_claims", "This is an id token. Send the access token: Kinde's getAccessToken().");
    }
    if (clientIds.length > 0 && !(isName(azp) && clientIds.includes(azp))) {
      throw new Refusal(
        "token_client",
        "The token was issued to another application. Add its client id to clientId if its users may ask here.",
      );
    }
    const asked = aud === undefined ? [] : [aud].flat();
    const isForHere = asked.length === 0 ? clientIds.length > 0 : asked.some((name) => audiences.includes(name));
    if (audiences.length > 0 && !isForHere) {
      throw new Refusal(
        "token_audience",
        asked.length === 0
          ? "The token has no audience. Ask Kinde for it; Kinde's switchOrg drops it: give clientId to go by the application instead."
          : "The token is for another audience. Ask Kinde for the one of this API.",
      );
    }
    return payload;
  };
}

/** The keys of the issuer, fetched when one is needed. */
function issuerKeys(issuer: string, options: TokenOptions, now: () => number): JWTVerifyGetKey {
  const { jwksUrl = `${issuer}/.well-known/jwks`, jwksMaxAgeMs = 600_000, jwksCooldownMs = 30_000 } = options;
  requireIntegers(
    { jwksMaxAgeMs, jwksCooldownMs },
    { jwksMaxAgeMs: [1000, 86_400_000], jwksCooldownMs: [0, 3_600_000] },
  );
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const keys = createRemoteJWKSet(new URL(addressOf(jwksUrl, "jwksUrl")), {
    cacheMaxAge: jwksMaxAgeMs,
    cooldownDuration: jwksCooldownMs,
    timeoutDuration: JWKS_TIMEOUT_MS,
    [customFetch]: async (url, init) => withinSize(await send(url, init)),
  });
  let pauseUntil = 0;
  return async (header, token) => {
    // The PDP needs it too.
    if (!isName(header?.kid)) throw new errors.JWKSNoMatchingKey();
    if (now() < pauseUntil) throw unavailable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      // Whoever sends tokens must not make us ask an issuer that is down without end.
      pauseUntil = now() + JWKS_PAUSE_MS;
      throw unavailable(error);
    }
  };
}

/** The same answer, whose body fails where it is longer than any set of keys. */
function withinSize(response: Response): Response {
  if (!response.ok || !response.body) return response;
  let left = JWKS_BYTES;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, stream) {
      left -= chunk.length;
      if (left < 0) throw new TypeError(`The issuer's keys are longer than ${JWKS_BYTES} bytes.`);
      stream.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(count), response);
}

function unavailable(cause?: unknown): Refusal {
  return new Refusal(
    "issuer_unavailable",
    "The keys of the token's issuer cannot be fetched, so nothing is allowed. Is the issuer's JWKS reachable from this server?",
    { retryAfterMs: JWKS_PAUSE_MS, cause },
  );
}

/** What jose throws. In words of our own: jose's may quote a claim. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTExpired) {
    return new Refusal("token_expired", "The token has expired. Refresh it, or sign in again.");
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") {
      return new Refusal("token_issuer", "The token is of another issuer. Is the issuer option the Kinde domain of the app?");
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
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new Refusal(
      "token_key_unknown",
      "The token is signed with a key that its issuer does not have. Get a new token; a rotated key is known within half a minute.",
    );
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new Refusal("token_signature", "The token's signature is wrong. Get a token from Kinde.");
  }
  return malformedToken();
}

/** The refusal of what is no JWT at all. */
export function malformedToken(): Refusal {
  return new Refusal("token_malformed", "The token is no JWT that can be read. Send what Kinde's getAccessToken() returns.");
}
