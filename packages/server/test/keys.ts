// An issuer's keys in memory, and tokens of any kind: also of those that no issuer gives.
import { KeyObject, sign } from "node:crypto";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";

export const ISSUER = "https://example.kinde.com";
export const API = "https://api.example.com";
export const APP = "app";
/** The time of all tests here, in seconds. */
export const NOW = 1_800_000_000;

/** A pair of keys with its public half as an issuer publishes it. */
export interface Key {
  readonly kid: string;
  readonly jwk: object;
  /** `header` adds members, or takes them away with `undefined`. */
  sign(payload: JWTPayload, header?: object): Promise<string>;
  /** Signs the first two parts of a token as they are written. */
  signText(parts: string): string;
}

export async function createKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" };
  return {
    kid,
    jwk,
    sign(payload, changes = {}) {
      const header: JWTHeaderParameters = { alg: "RS256", typ: "JWT", kid, ...changes };
      return new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
    },
    signText: (parts) =>
      `${parts}.${sign("sha256", Buffer.from(parts), KeyObject.from(privateKey)).toString("base64url")}`,
  };
}

/** What a good access token says; `undefined` takes a claim away. */
export const claims = (changes: object = {}): JWTPayload => ({
  iss: ISSUER,
  sub: "kp_alice",
  aud: [API],
  azp: APP,
  scp: ["openid"],
  iat: NOW - 60,
  exp: NOW + 3600,
  org_code: "org_acme",
  permissions: ["read"],
  ...changes,
});

/** A part of a token. */
export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** All spellings of the same bytes, where the last character has so many bits to spare. */
export function respelled(part: string, spare: number): string[] {
  const first = (BASE64URL.indexOf(part.at(-1) ?? "") >> spare) << spare;
  return Array.from({ length: 2 ** spare }, (_, bits) => part.slice(0, -1) + BASE64URL.charAt(first + bits));
}

/** An issuer that publishes keys, and counts how often it was asked. */
export interface KeyServer {
  keys: readonly Key[];
  /** What it answers instead. */
  answer: (() => Response | Promise<Response>) | undefined;
  readonly urls: string[];
  readonly fetch: (url: string) => Promise<Response>;
}

export function serveKeys(...keys: readonly Key[]): KeyServer {
  const server: KeyServer = {
    keys,
    answer: undefined,
    urls: [],
    async fetch(url) {
      server.urls.push(url);
      return server.answer ? server.answer() : Response.json({ keys: server.keys.map(({ jwk }) => jwk) });
    },
  };
  return server;
}
