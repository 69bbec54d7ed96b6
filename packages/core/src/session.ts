import { canonicalJson } from "./canonical-json.ts";
import { claimsFromToken, type KindeClaims } from "./claims.ts";
import { AuthzError } from "./errors.ts";
import {
  anonymousPrincipal,
  type Principal,
  principalFromClaims,
  type PrincipalOptions,
} from "./principal.ts";

/** How a token becomes a session. */
export interface SessionOptions {
  /** How its claims become a principal. */
  readonly principal?: PrincipalOptions;
}

/**
 * One user, in one organization, with one set of rights.
 *
 * `token` is not enumerable: it does not show where a session is logged,
 * serialized or spread.
 */
export interface Session {
  /**
   * SHA-256 (hex) of everything that a policy can see of the user, without what
   * changes at each refresh. Same user, same organization, same rights: same id.
   */
  readonly id: string;
  readonly principal: Principal;
  /** The checked claims; `null` when anonymous. */
  readonly claims: KindeClaims | null;
  /** When the token ends, in ms since the epoch; `null` when it never does. */
  readonly expiresAt: number | null;
  /** The raw access token; `null` when anonymous. */
  readonly token: string | null;
}

/** Claims that differ between two tokens of equal rights. No policy should read them. */
const VOLATILE_CLAIMS = new Set(["iat", "exp", "nbf", "jti", "auth_time", "rat", "at_hash", "nonce"]);

/** The canonical rights behind a session's id, for comparing a new token without hashing it. */
const rightsOf = new WeakMap<Session, string>();

/**
 * Makes the session of a Kinde access token, or of nobody for `null`. The token
 * is read and not verified: see {@link claimsFromToken}. An expired token makes
 * a session whose checks are refused.
 *
 * @throws AuthzError `invalid_token`, `invalid_claims` (also where `map` makes a
 *   principal that is not JSON), `invalid_option` where the principal has no
 *   roles, or `insecure_context` where there is no Web Crypto
 */
export async function createSession(
  token: string | null,
  options: SessionOptions = {},
): Promise<Session> {
  const content = readToken(token, options);
  return seal(await sha256(content.rights), token, content);
}

/**
 * The same session with a newer token, at once; `null` if the token's rights are
 * others, and {@link createSession} has to make another session.
 *
 * @throws AuthzError `invalid_token`, `invalid_claims` or `invalid_option`, as {@link createSession}
 */
export function renewSession(
  session: Session,
  token: string | null,
  options: SessionOptions = {},
): Session | null {
  if (session.token === token) return session;
  const content = readToken(token, options);
  return rightsOf.get(session) === content.rights ? seal(session.id, token, content) : null;
}

interface TokenContent {
  readonly claims: KindeClaims | null;
  readonly principal: Principal;
  readonly rights: string;
}

function readToken(token: string | null, options: SessionOptions): TokenContent {
  const claims = token === null ? null : claimsFromToken(token);
  const made = claims ? principalFromClaims(claims, options.principal) : anonymousPrincipal();
  // The principal goes in too: options can put more into it than the claims hold.
  const rights = canonicalJson({ claims: claims && withoutVolatile(claims), principal: made }, "session", "invalid_claims");
  // Parsed back: what the PDP is told is what was hashed, whatever becomes of the objects of `map`.
  const { principal } = JSON.parse(rights);
  if (principal.roles.length === 0) {
    throw new AuthzError(
      "invalid_option",
      "The principal has no roles, and Cerbos refuses one without any. Leave baseRoles a role, and do not take all of them away in map.",
    );
  }
  return { claims, principal, rights };
}

function withoutVolatile(claims: KindeClaims): { [claim: string]: unknown } {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !VOLATILE_CLAIMS.has(claim)));
}

function seal(id: string, token: string | null, { claims, principal, rights }: TokenContent): Session {
  const expiresAt = claims?.exp === undefined ? null : claims.exp * 1000;
  const session: Session = Object.defineProperty(
    { id, principal, claims, expiresAt, token: null },
    "token",
    { value: token, enumerable: false, writable: false, configurable: false },
  );
  rightsOf.set(session, rights);
  return session;
}

async function sha256(text: string): Promise<string> {
  // Absent on plain-HTTP pages, whatever its type says.
  const crypto = (globalThis as { crypto?: { subtle?: Pick<SubtleCrypto, "digest"> } }).crypto;
  if (!crypto?.subtle) {
    throw new AuthzError(
      "insecure_context",
      "This page has no Web Crypto, which the session id needs. Serve it over HTTPS or from localhost.",
    );
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
