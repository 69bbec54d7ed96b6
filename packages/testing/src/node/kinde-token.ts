import { requireOption } from "@kinde-cerbos/core/internal";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** The default issuer of {@link createKindeToken}. */
export const TEST_ISSUER: string = "https://test.kinde.com";
/** The default application (client id) of {@link createKindeToken}. */
export const TEST_CLIENT_ID: string = "test-client";

/** Options for {@link createKindeToken}. */
export interface KindeTokenOptions {
  /** Claims to add to the standard ones, or to replace them; `undefined` removes a claim. */
  readonly claims?: { readonly [claim: string]: unknown };
  /** Lifetime in seconds; negative for an expired token. Default: 3600. */
  readonly lifetime?: number;
}

/** A signed token, and the keys that verify it. */
export interface KindeToken {
  /** The access token, signed. */
  readonly token: string;
  /** The public keys. All tokens of this process have the same. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

let pair: Promise<{ readonly privateKey: CryptoKey; readonly jwks: KindeToken["jwks"] }> | undefined;

/**
 * Returns an access token like Kinde's, signed with a key that this process generated. By default, it is for the user
 * `kp_test` in the organization `org_test`, with the issuer {@link TEST_ISSUER} and the application {@link
 * TEST_CLIENT_ID}.
 *
 * @throws AuthzError `invalid_option` if `lifetime` is not a number
 */
export async function createKindeToken({ claims = {}, lifetime = 3600 }: KindeTokenOptions = {}): Promise<KindeToken> {
  requireOption(Number.isFinite(lifetime), "lifetime of createKindeToken must be a number of seconds");
  const { privateKey, jwks } = await (pair ??= generateKeys());
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

async function generateKeys(): Promise<{ readonly privateKey: CryptoKey; readonly jwks: KindeToken["jwks"] }> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const key = { ...(await exportJWK(publicKey)), kid: crypto.randomUUID(), use: "sig", alg: "RS256" };
  return { privateKey, jwks: { keys: [key] } };
}
