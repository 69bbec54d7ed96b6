// Tokens of any kind. Nothing here refuses: libraries that sign would not sign most of these.
import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encoded } from "../keys.ts";

/** Makes a signature of the text before it. */
export type Signature = (text: string) => Buffer;

/** A key, and what is published of it. */
export interface Signer {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly jwk: { readonly [member: string]: unknown };
  readonly rs256: Signature;
  readonly rs512: Signature;
  readonly ps256: Signature;
  /** A good token of this key; `header` adds members, or takes them away with `undefined`. */
  sign(claims: object | string, header?: object): string;
}

/** A new RSA key, but where one is given. */
export function createSigner(kid: string, given?: KeyObject): Signer {
  const privateKey = given ?? generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const publicKey = createPublicKey(privateKey);
  const rs256: Signature = (text) => sign("sha256", Buffer.from(text), privateKey);
  return {
    kid,
    publicKey,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" },
    rs256,
    rs512: (text) => sign("sha512", Buffer.from(text), privateKey),
    ps256: (text) =>
      sign("sha256", Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    sign: (claims, header = {}) => writeToken({ alg: "RS256", typ: "JWT", kid, ...header }, claims, rs256),
  };
}

/** HMAC with a secret that everybody knows. */
export const hs256 =
  (secret: string | Buffer): Signature =>
  (text) =>
    createHmac("sha256", secret).update(text).digest();

/** ECDSA with a key of the attacker's. */
export const es256 = (): Signature => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return (text) => sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
};

/** No signature at all. */
export const unsigned: Signature = () => Buffer.alloc(0);

/** A token of these parts; what is a text stands as it is. */
export function writeToken(header: object | string, claims: object | string, signature: Signature): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${signature(text).toString("base64url")}`;
}
