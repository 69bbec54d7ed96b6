import { verify, type KeyObject } from "node:crypto";
import { type Fields, fromBase64urlJson, isFields } from "@kinde-cerbos/core/internal";

/** A JWT that was taken apart, and not verified. */
export interface Token {
  readonly text: string;
  readonly header: Fields;
  readonly claims: Fields;
  /** The signature, base64url. */
  readonly signature: string;
}

/** Takes a JWT apart; undefined where it is none. */
export function decodeToken(text: string): Token | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined;
  const [head = "", body = "", signature = ""] = text.split(".");
  const header = decodePart(head);
  const claims = decodePart(body);
  return header === undefined || claims === undefined ? undefined : { text, header, claims, signature };
}

/** A header or a payload, as it stands in a JWT. */
export function encodePart(part: Fields): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

/** Whether this key made the RS256 signature. */
export function isSignedBy(token: Token, key: KeyObject): boolean {
  const signed = Buffer.from(token.text.slice(0, token.text.lastIndexOf(".")));
  return verify("RSA-SHA256", signed, key, Buffer.from(token.signature, "base64url"));
}

/** `exp`, ms; undefined where there is none. */
export function expiryOf({ claims }: Token): number | undefined {
  const exp = claims["exp"];
  return typeof exp === "number" ? exp * 1000 : undefined;
}

/** `sub`; empty where there is none. */
export function subjectOf({ claims }: Token): string {
  const sub = claims["sub"];
  return typeof sub === "string" ? sub : "";
}

/** `aud`, which may be a text or a list. */
export function audiencesOf({ claims }: Token): readonly unknown[] {
  const aud = claims["aud"] ?? [];
  return Array.isArray(aud) ? aud : [aud];
}

/** Whether the token says that it is of this issuer. A slash at the end makes no other issuer of it. */
export function isOfIssuer({ claims }: Token, issuer: string): boolean {
  const iss = claims["iss"];
  return typeof iss === "string" && iss.replace(/\/+$/, "") === issuer;
}

function decodePart(part: string): Fields | undefined {
  try {
    const value = fromBase64urlJson(part);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
