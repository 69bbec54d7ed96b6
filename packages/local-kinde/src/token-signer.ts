import { createHash, randomUUID } from "node:crypto";
import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import { accessTokenClaims, idTokenClaims, type SignIn, type TokenRequest } from "./claims.ts";
import type { ApplicationConfig } from "./config.ts";
import type { SigningKey } from "./signing-key.ts";

/** How long an access token is valid if the application sets nothing, in seconds. One day, as at Kinde. */
export const DEFAULT_ACCESS_TOKEN_LIFETIME = 86_400;

/** How long an id token is valid, in seconds. */
const ID_TOKEN_LIFETIME = 3600;

/** Signs and verifies the tokens of one issuer. */
export interface TokenSigner {
  accessToken(request: TokenRequest, extra?: { claims?: Record<string, unknown>; lifetime?: number }): Promise<string>;
  idToken(request: TokenRequest, signIn: Omit<SignIn, "accessTokenHash">, accessToken: string): Promise<string>;
  /** Signs a token of a machine with these claims, valid for one day. */
  machineToken(claims: Record<string, unknown>): Promise<string>;
  /** Signs an event for a webhook. As at Kinde, it has no `iss`, `iat`, `exp` or `jti`. */
  event(payload: Record<string, unknown>): Promise<string>;
  /** Returns the claims of a token that this issuer signed and that has not expired; `undefined` for any other. */
  verify(token: string): Promise<JWTPayload | undefined>;
}

/** Creates a signer for an issuer and its key. */
export function createTokenSigner(issuer: string, key: SigningKey): TokenSigner {
  function sign(
    claims: Record<string, unknown>,
    lifetime: number,
    overrides?: Record<string, unknown>,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const standard = { iss: issuer, iat: now, exp: now + lifetime, jti: randomUUID() };
    // JSON leaves out `undefined`, so an override can remove a claim.
    return seal({ ...claims, ...standard, ...overrides });
  }

  function seal(payload: Record<string, unknown>): Promise<string> {
    return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT" }).sign(key.privateKey);
  }

  return {
    accessToken: (request, { claims, lifetime } = {}) =>
      sign(accessTokenClaims(request), lifetime ?? accessTokenLifetime(request.application), claims),
    idToken: (request, signIn, accessToken) =>
      sign(idTokenClaims(request, { ...signIn, accessTokenHash: halfHash(accessToken) }), ID_TOKEN_LIFETIME),
    machineToken: (claims) => sign(claims, DEFAULT_ACCESS_TOKEN_LIFETIME),
    event: seal,
    verify: async (token) => {
      try {
        return (
          await jwtVerify(token, key.publicKey, {
            issuer,
            algorithms: ["RS256"],
            requiredClaims: ["exp"],
          })
        ).payload;
      } catch {
        return undefined;
      }
    },
  };
}

/** Returns how long the access tokens of an application are valid, in seconds. */
export function accessTokenLifetime(application: ApplicationConfig | undefined): number {
  return application?.accessTokenLifetime ?? DEFAULT_ACCESS_TOKEN_LIFETIME;
}

/** Returns `at_hash`: the left half of the SHA-256, base64url (OpenID Connect Core 1.0, 3.1.3.6). */
function halfHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");
}
