import { requireOption } from "@kinde-cerbos/core/internal";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** The issuer of tokens that do not say another. */
export const TEST_ISSUER: string = "https://test.kinde.com";
/** The application of tokens that do not say another. */
export const TEST_CLIENT_ID: string = "test-client";

/** What a token says. */
export interface KindeTokenOptions {
  /** Claims beside the standard ones, which they replace; `undefined` takes one away. */
  readonly claims?: { readonly [claim: string]: unknown };
  /** How long it lives, in seconds; negative for a token that has expired. Default: 3600. */
  readonly lifetime?: number;
}

/** A signed token, and the keys that verify it. */
export interface KindeToken {
  readonly token: string;
  /** The same for all tokens of this process. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

let pair: Promise<{ readonly privateKey: CryptoKey; readonly jwks: KindeToken["jwks"] }> | undefined;

/**
 * An access token as Kinde signs it, by a key of this process. Without `claims`, it is of the user `kp_test` in
 * `org_test`, from the issuer `https://test.kinde.com` for the application `test-client`.
 */
export async function createKindeToken({ claims = {}, lifetime = 3600 }: KindeTokenOptions = {}): Promise<KindeToken> {
  requireOption(Number.isFinite(lifetime), "lifetime of createKindeToken must be a number of seconds");
  const { privateKey, jwks } = await (pair ??= makePair());
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: TEST_ISSUER,
    azp: TEST_CLIENT_ID,
    aud: [],
    sub: "kp_test",
    org_code: "org_test",
    roles: [],
    permissions: [],
    feature_flags: {},
    scp: ["openid", "profile", "email", "offline"],
    iat: now,
    exp: now + lifetime,
    jti: crypto.randomUUID(),
    ...claims,
  };
  const token = await new SignJWT(payload)
    .setProtectedHeader({ alg: "RS256", kid: jwks.keys[0]?.kid ?? "", typ: "JWT" })
    .sign(privateKey);
  return { token, jwks };
}

async function makePair(): Promise<{ readonly privateKey: CryptoKey; readonly jwks: KindeToken["jwks"] }> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const key = { ...(await exportJWK(publicKey)), kid: crypto.randomUUID(), use: "sig", alg: "RS256" };
  return { privateKey, jwks: { keys: [key] } };
}
