import { type Fields } from "@kinde-cerbos/core/internal";
import { decodeJwt, decodeProtectedHeader } from "jose";

/** A decoded JWT, which is not verified. */
export interface Token {
  readonly text: string;
  readonly header: Fields;
  readonly claims: Fields;
  /** The signature, base64url. */
  readonly signature: string;
}

/** Decodes a signed JWT, without verifying it. Returns `undefined` if the text is not one. */
export function decodeToken(text: string): Token | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return undefined;
  try {
    const signature = text.slice(text.lastIndexOf(".") + 1);
    return { text, header: decodeProtectedHeader(text), claims: decodeJwt(text), signature };
  } catch {
    return undefined;
  }
}

/** Returns `exp`, in ms since the epoch; `undefined` if there is none. */
export function expiryOf({ claims }: Token): number | undefined {
  const exp = claims["exp"];
  return typeof exp === "number" ? exp * 1000 : undefined;
}

/** Returns `sub`; an empty text if there is none. */
export function subjectOf({ claims }: Token): string {
  const sub = claims["sub"];
  return typeof sub === "string" ? sub : "";
}

/** Returns `aud` as a list: in a token it may be a text or a list. */
export function audiencesOf({ claims }: Token): readonly unknown[] {
  const aud = claims["aud"] ?? [];
  return Array.isArray(aud) ? aud : [aud];
}

/** Whether the token's `iss` is this issuer. A slash at the end is ignored. */
export function isOfIssuer({ claims }: Token, issuer: string): boolean {
  const iss = claims["iss"];
  return typeof iss === "string" && iss.replace(/\/+$/, "") === issuer;
}
