import { fieldsOf, fromBase64urlJson } from "@kinde-cerbos/core/internal";

/** Claims to put in the place of others. `undefined` takes one away. */
interface Changes {
  readonly [claim: string]: unknown;
}

/** Other claims under the signature of a genuine token. */
export function withOtherClaims(token: string, changes: Changes): string {
  const [header, payload, signature] = partsOf(token);
  return `${header}.${encode({ ...read(payload), ...changes })}.${signature}`;
}

/** A genuine token of whose signature one character is another. */
export function damaged(token: string): string {
  const [header, payload, signature] = partsOf(token);
  const other = signature.startsWith("A") ? "B" : "A";
  return `${header}.${payload}.${other}${signature.slice(1)}`;
}

/** Other claims in a token that says of itself that it needs no signature. */
export function unsigned(token: string, changes: Changes): string {
  const [, payload] = partsOf(token);
  return `${encode({ alg: "none", typ: "JWT" })}.${encode({ ...read(payload), ...changes })}.`;
}

/** Other claims, signed as Kinde signs, with a new key that only this page has. It says that it is Kinde's key. */
export async function signedHere(token: string, changes: Changes): Promise<string> {
  const [header, payload] = partsOf(token);
  const signed = `${header}.${encode({ ...read(payload), ...changes })}`;
  const algorithm = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { privateKey } = await crypto.subtle.generateKey({ ...algorithm, hash: "SHA-256" }, false, ["sign", "verify"]);
  const signature = await crypto.subtle.sign(algorithm.name, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function partsOf(token: string): readonly [header: string, payload: string, signature: string] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
}

const read = (part: string): Changes => fieldsOf(fromBase64urlJson(part));

const encode = (value: object): string => base64url(new TextEncoder().encode(JSON.stringify(value)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
