import { isFields, isName } from "@kinde-cerbos/core/internal";
import { boundedText } from "./bounded-text.ts";
import { Failure } from "./error-text.ts";
import { type OptionNames } from "./option-names.ts";
import { requireFunctions, requireIntegers, secureAddressOf, type Send } from "./option.ts";
import { Refusal } from "./refusal.ts";
import { settled } from "./settled.ts";

/** Options for the issuer's keys: where they are, and how long they are used. */
export interface IssuerKeysOptions {
  /**
   * Address of the issuer's keys, as seen from this server: `https`, or plain `http` only on this machine. Default:
   * `/.well-known/jwks` of the issuer.
   */
  readonly jwksUrl?: string | undefined;
  /** How long fetched keys are fresh, in ms; then they are fetched again. 1000 to 86400000. Default: 600000. */
  readonly jwksMaxAgeMs?: number | undefined;
  /**
   * How much longer than `jwksMaxAgeMs` the last good keys are used while the issuer is unreachable or answers without
   * a usable key, in ms; 0 for not at all. 0 to 86400000. Default: 3600000.
   *
   * An hour outlasts most outages. A server that cannot reach Kinde also accepts a key that Kinde has removed, for
   * `jwksMaxAgeMs` and `jwksStaleMs` together.
   */
  readonly jwksStaleMs?: number | undefined;
  /**
   * A token whose key is unknown triggers a new fetch of the keys, at most once in this time, in ms: this is how a
   * rotated key is learned. 0 to 3600000. Default: 30000.
   */
  readonly jwksCooldownMs?: number | undefined;
  /** Sends all requests: for keys, and to the PDP. Default: the global `fetch`. */
  readonly fetch?: Send | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export const ISSUER_KEYS_OPTIONS: OptionNames<IssuerKeysOptions> = {
  jwksUrl: true,
  jwksMaxAgeMs: true,
  jwksStaleMs: true,
  jwksCooldownMs: true,
  fetch: true,
  now: true,
};

/** The key that a token says it is signed with, by the header's `kid`. */
export type KeyOfToken = (header: { readonly kid?: unknown }) => Promise<CryptoKey>;

type Keys = ReadonlyMap<string, CryptoKey>;

/** After a failure, the keys are not fetched again for this long, in ms. */
const PAUSE_MS = 1000;
/** An issuer without an answer for this long has failed, in ms. */
const TIMEOUT_MS = 3000;
/** A token whose key is known waits for newer keys no longer than this, in ms. */
const PATIENCE_MS = 500;
/** Issuers have a few keys, of less than 1 KB each. More than this is never held. */
const MAX_BYTES = 262_144;
/** Shortest key that RS256 accepts, in bits: RFC 7518, 3.3. */
const MIN_BITS = 2048;

/**
 * The keys of an issuer. They are fetched when a token arrives, once for all waiting requests. A good answer replaces
 * all keys at once, so a key that the issuer removes is gone; an answer without a usable key replaces none.
 *
 * @returns what throws a Refusal `token_key_unknown`, or `issuer_unavailable` if there are no keys that may be used
 * @throws AuthzError `invalid_option`
 */
export function createIssuerKeys(issuer: string, options: IssuerKeysOptions): KeyOfToken {
  const { jwksMaxAgeMs = 600_000, jwksStaleMs = 3_600_000, jwksCooldownMs = 30_000, now = () => Date.now() } = options;
  const url =
    options.jwksUrl === undefined ? `${issuer}/.well-known/jwks` : secureAddressOf(options.jwksUrl, "jwksUrl");
  requireIntegers(
    { jwksMaxAgeMs, jwksStaleMs, jwksCooldownMs },
    { jwksMaxAgeMs: [1000, 86_400_000], jwksStaleMs: [0, 86_400_000], jwksCooldownMs: [0, 3_600_000] },
  );
  requireFunctions({ fetch: options.fetch, now: options.now });
  const send = options.fetch ?? ((address, init) => globalThis.fetch(address, init));

  let keys: Keys = new Map();
  let loadedAt = -Infinity;
  /** When the last fetch ended. */
  let triedAt = -Infinity;
  /** Why the last fetch failed. */
  let failure: { readonly cause: unknown } | undefined;
  let loading: Promise<void> | undefined;

  /** The age of the keys. If the clock was set back, keys age from now on. */
  const ageAt = (time: number): number => {
    loadedAt = Math.min(loadedAt, time);
    triedAt = Math.min(triedAt, time);
    return time - loadedAt;
  };

  const load = async (): Promise<void> => {
    const startedAt = now();
    try {
      keys = await fetchKeys(url, send);
      loadedAt = startedAt;
      failure = undefined;
    } catch (cause) {
      failure = { cause };
    }
    triedAt = now();
    loading = undefined;
  };

  return async ({ kid }) => {
    // The PDP needs it too.
    if (!isName(kid))
      throw unknownKey("The token has no kid in its header. Send what Kinde's getAccessToken() returns.");
    const time = now();
    const age = ageAt(time);
    const mayServe = age < jwksMaxAgeMs + jwksStaleMs;
    const known = mayServe ? keys.get(kid) : undefined;
    if (known && age < jwksMaxAgeMs) return known;

    // Senders of tokens must not trigger a fetch each time: not with unknown keys, nor while the issuer is down.
    const restMs = Math.max(failure ? PAUSE_MS : 0, mayServe && !known ? jwksCooldownMs : 0);
    if (!loading && time - triedAt >= restMs) loading = load();
    if (loading) {
      if (!known) await loading;
      // If the last fetch failed, this one runs in the background.
      else if (!failure) await settled(loading, PATIENCE_MS);
    }
    const key = ageAt(now()) < jwksMaxAgeMs + jwksStaleMs ? keys.get(kid) : undefined;
    if (key) return key;
    if (failure) throw unavailable(failure.cause);
    throw unknownKey();
  };
}

/** @throws if the answer has no usable key, or is late */
async function fetchKeys(url: string, send: Send): Promise<Keys> {
  const over = new AbortController();
  const load = async (): Promise<Keys> => {
    const headers = { accept: "application/json, application/jwk-set+json" };
    const response = await send(url, { headers, redirect: "manual", signal: over.signal });
    if (response.status !== 200) throw new Failure(`The issuer's keys cannot be fetched: HTTP ${response.status}.`);
    return usableKeys(JSON.parse(await boundedText(response, MAX_BYTES)));
  };
  try {
    const keys = await settled(load(), TIMEOUT_MS);
    if (!keys) throw new Failure(`The issuer's keys did not arrive within ${TIMEOUT_MS} ms.`);
    if (keys.size === 0) throw new Failure("The issuer's answer has no key for RS256.");
    return keys;
  } finally {
    // Nobody reads on.
    over.abort();
  }
}

/** The keys that verify RS256 signatures, by `kid`. Two keys with the same `kid` are both ignored. */
async function usableKeys(answer: unknown): Promise<Keys> {
  const listed: readonly unknown[] = isFields(answer) && Array.isArray(answer["keys"]) ? answer["keys"] : [];
  const named = await Promise.all(
    listed.map(async (jwk) => ({ kid: isFields(jwk) ? jwk["kid"] : undefined, key: await importKey(jwk) })),
  );
  const keys = new Map<string, CryptoKey>();
  for (const { kid, key } of named) {
    const isOnly = named.filter((other) => other.key && other.kid === kid).length === 1;
    if (key && isName(kid) && isOnly) keys.set(kid, key);
  }
  return keys;
}

/** Imports a JWK as a key for RS256 signatures; `undefined` if it is too weak, or of another type or use. */
async function importKey(jwk: unknown): Promise<CryptoKey | undefined> {
  if (!isFields(jwk)) return undefined;
  const { kty, n, e, alg = "RS256", use = "sig", key_ops: operations = ["verify"] } = jwk;
  const isForIt =
    kty === "RSA" && alg === "RS256" && use === "sig" && Array.isArray(operations) && operations.includes("verify");
  if (!isForIt || !isName(n) || !isName(e)) return undefined;
  try {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", { kty, n, e }, algorithm, false, ["verify"]);
    return Number(Reflect.get(key.algorithm, "modulusLength")) >= MIN_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}

const UNKNOWN_KEY =
  "The token is signed with a key that its issuer does not have. Get a new token. Just after a key rotation, try again " +
  "after jwksCooldownMs (30 s by default).";

function unknownKey(message = UNKNOWN_KEY): Refusal {
  return new Refusal("token_key_unknown", message);
}

function unavailable(cause: unknown): Refusal {
  return new Refusal(
    "issuer_unavailable",
    "The keys of the token's issuer cannot be fetched, so nothing is allowed. Is the issuer's JWKS reachable " +
      "from this server?",
    { retryAfterMs: PAUSE_MS, cause },
  );
}
