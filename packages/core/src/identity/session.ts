import { canonicalCopy, canonicalJson } from "../base/canonical-json.ts";
import { AuthzError, hasCode, readable, requireOption } from "../base/errors.ts";
import { isFields } from "../base/guards.ts";
import { withoutTokens } from "../base/redact.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { claimsIn, type KindeClaims, payloadIn, readClaims } from "./claims.ts";
import { anonymousPrincipal, type Principal, principalFromClaims, type PrincipalOptions } from "./principal.ts";
import { inOneOrder } from "./unordered.ts";

/** Options for {@link createSession}. */
export interface SessionOptions {
  /** How the claims become a principal. */
  readonly principal?: PrincipalOptions | undefined;
  /**
   * Claims that change with each token and that no policy reads. They are left out of the session id. Default: {@link
   * VOLATILE_CLAIMS}. Never list a claim that a policy reads: decisions for its old value would stay in the cache.
   */
  readonly volatileClaims?: readonly string[] | undefined;
  /** How long `principal.enrich` may take, in ms. Default: 5000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The claims that Kinde changes at each refresh: `iat`, `exp`, `nbf`, `jti`, `auth_time`, `rat`, `at_hash` and `nonce`.
 */
export const VOLATILE_CLAIMS: readonly string[] = ["iat", "exp", "nbf", "jti", "auth_time", "rat", "at_hash", "nonce"];

/**
 * An access token; or its claims as a JSON object, if only your server has the token; or `null` if nobody is signed in.
 */
export type TokenOrClaims = string | { readonly [claim: string]: unknown } | null;

/**
 * A session: one user, in one organization, with one set of rights.
 *
 * `token` is a getter of the prototype and not a property of the object, so the token does not appear if a session is
 * logged, serialized, spread or kept in React's state.
 */
export interface Session {
  /**
   * SHA-256 (hex) of everything that a policy can see of the user, without claims that change at each refresh. The
   * order of `permissions`, `roles`, `scp` and groups does not matter. Same user, organization and rights: same id.
   */
  readonly id: string;
  /** The principal whose checks are sent. */
  readonly principal: Principal;
  /** The checked claims; `null` if anonymous. */
  readonly claims: KindeClaims | null;
  /** When the token expires, in ms since the epoch; `null` if it does not. */
  readonly expiresAt: number | null;
  /** The raw access token; `null` if anonymous, and for a session from claims. */
  readonly token: string | null;
}

class SealedSession implements Session {
  readonly id: string;
  readonly principal: Principal;
  readonly claims: KindeClaims | null;
  readonly expiresAt: number | null;
  readonly #token: string | null;

  constructor(id: string, token: TokenOrClaims, { claims, principal }: TokenContent) {
    this.id = id;
    this.principal = principal;
    this.claims = claims;
    this.expiresAt = claims?.exp === undefined ? null : claims.exp * 1000;
    this.#token = typeof token === "string" ? token : null;
    // So that no other token can be set on it.
    Object.freeze(this);
  }

  get token(): string | null {
    return this.#token;
  }
}

/** What the session id was made of, to compare a newer token without hashing it. */
interface Origin {
  /** Canonical JSON of what a policy can see. */
  readonly rights: string;
  /** The result of `enrich`. */
  readonly attributes: Principal["attr"];
  readonly options: SessionOptions;
  /** JSON of the claims if only a server has the token; otherwise `null`. */
  readonly text: string | null;
}

const originOf = new WeakMap<object, Origin>();

/**
 * Creates the session of a Kinde access token, or an anonymous session for `null`. The token is read and not verified,
 * see `claimsFromToken`. If it has expired, the session's checks fail.
 *
 * If only your server has the token, pass its claims. Such a session sends no token, so a server in front of the PDP
 * has to add it, such as a gateway that reads a cookie.
 *
 * @throws AuthzError `invalid_token`; `invalid_claims`, also if `map` or `enrich` makes a principal that is not JSON,
 *   or `map` or `scopeFromOrg` throws; `invalid_option` as {@link principalFromClaims}; `enrich_failed`;
 *   `insecure_context` without Web Crypto
 */
export async function createSession(token: TokenOrClaims, options: SessionOptions = {}): Promise<Session> {
  const { enrich } = options.principal ?? {};
  const attributes = token === null || enrich === undefined ? {} : await enriched(token, enrich, options.timeoutMs);
  const content = readToken(token, options, attributes);
  return seal(await sha256(content.rights), token, content);
}

/**
 * Creates a session synchronously, without a hash and without `enrich`: for tests.
 *
 * @param idOf - Returns the id for a session's rights, as text. Other rights need another id.
 * @throws AuthzError as {@link createSession}
 */
export function createSessionAtOnce(
  token: TokenOrClaims,
  idOf: (rights: string) => string,
  options: SessionOptions = {},
): Session {
  const content = readToken(token, options, {});
  return seal(idOf(content.rights), token, content);
}

/**
 * Whether {@link createSession} would create this session from this token with these options, apart from `enrich`.
 *
 * @throws AuthzError as {@link createSession}
 */
export function isSessionOf(session: Session, token: TokenOrClaims, options: SessionOptions): boolean {
  const content = readToken(token, options, {});
  const isOfToken = session.token === (typeof token === "string" ? token : null);
  return isOfToken && originOf.get(session)?.rights === content.rights;
}

/**
 * Returns the same session with a newer token, synchronously. Returns `null` if the token has other rights, so that
 * {@link createSession} has to create another session. The result of `enrich` is kept.
 *
 * @param options default: those that the session was created with
 * @throws AuthzError `invalid_token`, `invalid_claims` or `invalid_option`, as {@link createSession}
 */
export function renewSession(session: Session, token: TokenOrClaims, options?: SessionOptions): Session | null {
  const origin = originOf.get(session);
  if (!origin) return null;
  // Compared as text, as an object may have been changed in place: making a principal of it takes many times as long.
  const isSame = isFields(token) ? origin.text === textOf(token) : session.token === token && origin.text === null;
  if (isSame) return session;
  const content = readToken(token, options ?? origin.options, origin.attributes);
  return origin.rights === content.rights ? seal(session.id, token, content) : null;
}

/** Whether two sessions have the same token. Sessions from claims are compared by their expiry. */
export function isSameToken(one: Session | null, other: Session | null): boolean {
  return one !== null && other !== null && one.token === other.token && one.expiresAt === other.expiresAt;
}

/** Whether {@link createSession} created it. A copy does not count: it has no token. */
export function isSession(value: unknown): value is Session {
  return isFields(value) && originOf.has(value);
}

interface TokenContent extends Origin {
  readonly claims: KindeClaims | null;
  readonly principal: Principal;
}

function readToken(token: TokenOrClaims, options: SessionOptions, attributes: Principal["attr"]): TokenContent {
  const { volatileClaims = VOLATILE_CLAIMS } = options;
  requireOption(
    Array.isArray(volatileClaims) && !volatileClaims.some((claim) => claim === "sub" || claim === "org_code"),
    "volatileClaims must be an array of claims. It cannot have sub or org_code: they tell users apart",
  );
  const payload = token === null ? null : payloadIn(token);
  const claims = token === null ? null : readClaims(payload);
  const made = claims
    ? readable("invalid_claims", "The principal", () => principalFromClaims(claims, options.principal, attributes))
    : anonymousPrincipal();
  // The payload and not the claims: a policy can tell a claim that is null from one that is not there. The
  // principal goes in too: options can put more into it than the payload holds.
  const stable = Object.entries(payload ?? {}).filter(([claim]) => !volatileClaims.includes(claim));
  const visible = { claims: claims && Object.fromEntries(stable), principal: made };
  // A copy, so that the hash matches the principal that is sent, even if the app changes the objects of `map`.
  const copy = canonicalCopy<typeof visible>(visible, "session", "invalid_claims");
  const { principal } = copy;
  const sets = {
    claims: inOneOrder(copy.claims),
    principal: inOneOrder({ ...principal, attr: inOneOrder(principal.attr) }),
  };
  const rights = canonicalJson(sets, "session", "invalid_claims");
  return { claims, principal, rights, attributes, options, text: isFields(token) ? textOf(token) : null };
}

function textOf(claims: object): string {
  return readable("invalid_claims", "The claims of the session", () => JSON.stringify(claims));
}

async function enriched(
  token: NonNullable<TokenOrClaims>,
  enrich: NonNullable<PrincipalOptions["enrich"]>,
  timeoutMs = 5000,
): Promise<Principal["attr"]> {
  const claims = claimsIn(token);
  let attributes: unknown;
  try {
    const task = async (signal: AbortSignal): Promise<unknown> =>
      enrich(claims, {
        signal,
        get token() {
          if (typeof token === "string") return token;
          throw new AuthzError(
            "enrich_failed",
            "principal.enrich read the token, but only your server has it. Let your server add the attributes.",
          );
        },
      });
    attributes = await withTimeout(task, { timeoutMs });
  } catch (thrown) {
    const cause = withoutTokens(thrown);
    // It has said why in words of its own.
    if (hasCode(cause, "enrich_failed")) throw cause;
    throw new AuthzError("enrich_failed", "principal.enrich failed, so nothing is allowed: see the cause.", { cause });
  }
  requireOption(isFields(attributes), "principal.enrich must return an object of attributes");
  return canonicalCopy(attributes, "principal.enrich", "invalid_claims");
}

function seal(id: string, token: TokenOrClaims, content: TokenContent): Session {
  const session = new SealedSession(id, token, content);
  originOf.set(session, content);
  return session;
}

async function sha256(text: string): Promise<string> {
  // Absent on plain-HTTP pages, whatever its type says.
  const crypto = (globalThis as { crypto?: { subtle?: Pick<SubtleCrypto, "digest"> } }).crypto;
  if (!crypto?.subtle) {
    throw new AuthzError(
      "insecure_context",
      "Web Crypto is missing. Serve the page over HTTPS or from localhost. In React Native, add a polyfill.",
    );
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
