import { createHmac, generateKeyPair, sign, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { type Fields } from "@kinde-cerbos/core/internal";
import { SOMEONE_ELSE } from "./pdp.ts";
import { expiryOf, type Token } from "./token.ts";

/** A token that must be refused. */
export interface Forgery {
  /** What was changed, for the report. */
  readonly how: string;
  readonly text: string;
  /** Its `sub`, which is sent as the principal's id, as a forger would. */
  readonly subject: string;
}

const HOUR = 3600;

/** Returns tokens with changed contents and the genuine signature. A cache keyed by the signature accepts them. */
export function tamperedTokens(token: Token): Forgery[] {
  const exp = Math.floor((expiryOf(token) ?? Date.now()) / 1000);
  const claims: { readonly [claim: string]: unknown } = {
    sub: SOMEONE_ELSE,
    exp: exp + HOUR,
    iss: "https://kinde-cerbos-doctor.invalid",
    aud: ["kinde-cerbos-doctor"],
    azp: "kinde-cerbos-doctor",
    org_code: "kinde-cerbos-doctor",
    roles: [{ id: "kinde-cerbos-doctor", key: "admin", name: "admin" }],
  };
  const tampered = Object.entries(claims).map(([claim, value]) =>
    forgery(token, `another ${claim}`, {
      claims: { ...token.claims, [claim]: value },
      signature: () => token.signature,
    }),
  );
  return [
    ...tampered,
    forgery(token, "alg none", { header: { ...token.header, alg: "none" }, signature: () => token.signature }),
  ];
}

/** Returns tokens that claim to need no signature, and have none. */
export function unsignedTokens(token: Token): Forgery[] {
  return ["none", "None", "NONE"].map((alg) =>
    forgery(token, alg, { header: { ...token.header, alg }, signature: () => "" }),
  );
}

/**
 * Returns tokens signed with HS256, with the issuer's public key as the secret, in the formats that a verifier may
 * store it in. A verifier that trusts the token's `alg` accepts them.
 */
export function tokensSignedWithPublicKey(token: Token, key: KeyObject): Forgery[] {
  const pem = key.export({ type: "spki", format: "pem" });
  const secrets = {
    "PEM (SPKI)": pem,
    "PEM (SPKI) without its last newline": pem.trimEnd(),
    "PEM (PKCS #1)": key.export({ type: "pkcs1", format: "pem" }),
    "DER (SPKI)": key.export({ type: "spki", format: "der" }),
  };
  return Object.entries(secrets).map(([form, secret]) =>
    forgery(token, form, {
      header: { ...token.header, alg: "HS256" },
      signature: (text) => createHmac("sha256", secret).update(text).digest("base64url"),
    }),
  );
}

/** Returns tokens whose signature is not the issuer's. */
export async function tokensOfAnotherKey(token: Token): Promise<Forgery[]> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const signed = (text: string): string => sign("RSA-SHA256", Buffer.from(text), privateKey).toString("base64url");
  const { kid: _, ...withoutKid } = token.header;
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "kinde-cerbos-doctor", alg: "RS256" };
  return [
    forgery(token, "a changed signature", { signature: () => changed(token.signature) }),
    forgery(token, "another key under the issuer's kid", { signature: signed }),
    forgery(token, "another key with a kid of its own", {
      header: { ...token.header, kid: "kinde-cerbos-doctor" },
      signature: signed,
    }),
    forgery(token, "another key without a kid", { header: withoutKid, signature: signed }),
    forgery(token, "another key brought along in the header", {
      header: { ...token.header, kid: jwk.kid, jwk },
      signature: signed,
    }),
  ];
}

interface Changes {
  readonly header?: Fields;
  readonly claims?: Fields;
  /** Makes the signature of the header and claims. */
  readonly signature: (text: string) => string;
}

function forgery(
  token: Token,
  how: string,
  { header = token.header, claims = token.claims, signature }: Changes,
): Forgery {
  const text = `${encodePart(header)}.${encodePart(claims)}`;
  return { how, text: `${text}.${signature(text)}`, subject: String(claims["sub"]) };
}

/** Encodes a header or a payload, as in a JWT. */
function encodePart(part: Fields): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** Changes the first byte. Changing the last letter is not enough: some of its six bits are ignored. */
function changed(signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString("base64url");
}
