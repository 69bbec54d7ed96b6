// How this machine's clock differs from that of the issuer of tokens, which is Kinde.
import { claimsIn, type Fields } from "@kinde-cerbos/core/internal";
import { type TokenSource } from "./token-source.ts";

/** By how much a clock must have been set back for it to be noticed, in ms: less is rounding. */
const SET_BACK_MS = 1000;
/** How long a token is taken for valid after Kinde has returned it past its end, at first and at most, in ms. */
const FIRST_GRACE_MS = 1000;
const LONGEST_GRACE_MS = 30_000;

/** A session's token, or the claims of one that only a server has. */
interface Proof {
  readonly token?: string | null | undefined;
  readonly claims?: Fields | null | undefined;
}

/** The token that was seen last. */
interface Seen {
  /** The token, or what stands for it. */
  readonly key: string | null;
  /** By this machine's clock, in ms, as all times here unless they say otherwise. */
  readonly at: number;
  /** `iat` and `exp` by Kinde's clock, in ms. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  /** Whether Kinde has returned it again, as it does until it ends. */
  readonly isVouched: boolean;
  /** Until when it is valid for that, though by what is known of the clocks it has ended. */
  readonly graceUntil: number;
  /** How long it is valid the next time. */
  readonly graceMs: number;
}

/**
 * Kinde's clock, as far as it is known from the tokens of one page. A token from the future shows that Kinde's is
 * ahead. One from the past may only be old, as a refresh returns the existing token: that this machine's clock is ahead
 * is known where a token was issued after the page began to load, or was returned by Kinde past its end.
 */
export class TokenClock {
  readonly #newSince: () => number | null;
  readonly #isStrict: boolean;
  readonly #listeners = new Set<() => void>();
  #seen: Seen | null = null;
  /** Kinde's time minus this machine's: not less than the one, and not more than the other, in ms. */
  #least = -Infinity;
  #most = Infinity;
  /** The machine's clock, by one that nobody can set. */
  #offset = offset();

  /**
   * @param newSince - Since when a first token must have been issued; `null` where that is not known.
   * @param isStrict - Whether the source takes a token for expired by this machine's clock as it is, as Kinde's SDK
   *   does
   */
  constructor(newSince: () => number | null = () => null, isStrict = false) {
    this.#newSince = newSince;
    this.#isStrict = isStrict;
  }

  /** Takes note of a token from Kinde, the first time it is seen. */
  sees(proof: Proof): void {
    const key = keyOf(proof);
    if (key === null || key === this.#seen?.key) return;
    // A clock that was set back before the token came says nothing of when it came.
    this.#skew();
    const since = this.#seen ? null : this.#newSince();
    const { issuedAt, expiresAt } = timesOf(proof);
    const at = Date.now();
    this.#seen = { key, at, issuedAt, expiresAt, isVouched: false, graceUntil: 0, graceMs: FIRST_GRACE_MS };
    // `iat` is of whole seconds.
    if (issuedAt !== null) this.#learn(issuedAt - at, since === null ? Infinity : issuedAt + 1000 - since);
  }

  /** Kinde was asked for another token at this time, and has returned the one that there was. */
  vouched(proof: Proof, askedAt: number): void {
    this.#skew();
    const seen = this.#seen;
    if (seen === null || seen.key !== keyOf(proof) || seen.expiresAt === null) return;
    const now = Date.now();
    const { graceMs } = seen;
    const grace = { graceUntil: now + graceMs, graceMs: Math.min(graceMs * 2, LONGEST_GRACE_MS) };
    this.#seen = { ...seen, isVouched: true, ...(now >= this.#end(seen) && grace) };
    this.#learn(-Infinity, seen.expiresAt - askedAt);
    for (const listener of this.#listeners) listener();
  }

  /** Kinde's time, in ms since the epoch. */
  now(): number {
    const now = Date.now();
    const kindes = now + this.#skew();
    const { expiresAt = null, graceUntil = 0 } = this.#seen ?? {};
    return expiresAt !== null && now < graceUntil ? Math.min(kindes, expiresAt - (graceUntil - now)) : kindes;
  }

  /** When a session ends by this machine's clock, in ms since the epoch; `null` if never. */
  endOf(session: Proof & { readonly expiresAt: number | null }): number | null {
    const { expiresAt } = session;
    if (expiresAt === null) return null;
    this.#skew();
    return this.#seen?.key === keyOf(session) && this.#seen.expiresAt !== null
      ? this.#end(this.#seen)
      : expiresAt - this.#skew();
  }

  /** Whether a token has ended by this machine's clock as it is, as Kinde's SDK sees it. */
  isPast(proof: Proof): boolean {
    const { expiresAt } = this.#seen?.key === keyOf(proof) ? this.#seen : timesOf(proof);
    return expiresAt !== null && Date.now() >= expiresAt;
  }

  /** Whether a token had ended when it was first seen, and Kinde has not said since that it has not. */
  isDeadOnArrival(proof: Proof): boolean {
    this.#skew();
    const seen = this.#seen;
    return seen !== null && seen.key === keyOf(proof) && !seen.isVouched && seen.at >= this.#end(seen);
  }

  /** When a token was first seen, in ms since the epoch. */
  seenAt(proof: Proof): number {
    return this.#seen?.key === keyOf(proof) ? this.#seen.at : 0;
  }

  /**
   * By how much this machine's clock is ahead, in ms, if that is known, is more than this token lives, and makes the
   * source take it for expired; else `null`.
   */
  aheadByMoreThanLife(proof: Proof): number | null {
    const seen = this.#seen;
    if (
      !this.#isStrict ||
      seen === null ||
      seen.key !== keyOf(proof) ||
      seen.issuedAt === null ||
      seen.expiresAt === null
    )
      return null;
    return -this.#skew() >= seen.expiresAt - seen.issuedAt ? -this.#skew() : null;
  }

  /** Calls `listener` whenever a token ends later than was known. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #end({ expiresAt, graceUntil }: Seen): number {
    return expiresAt === null ? Infinity : Math.max(expiresAt - this.#skew(), graceUntil);
  }

  /** The least that is proved: a token must not live longer than that. */
  #skew(): number {
    const now = offset();
    // Of a clock that was set forward tokens end early, and Kinde is asked. A machine that has slept looks the same.
    const setBackMs = this.#offset - now;
    this.#offset = now;
    if (setBackMs > SET_BACK_MS) {
      this.#most += setBackMs;
      if (this.#seen)
        this.#seen = { ...this.#seen, at: this.#seen.at - setBackMs, graceUntil: this.#seen.graceUntil - setBackMs };
    }
    return Math.max(this.#least, Math.min(this.#most, 0));
  }

  #learn(least: number, most: number): void {
    this.#skew();
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
    // They cannot both be right after the clock was set: the newest word counts.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, Math.max(most, least)];
  }
}

const clocks = new WeakMap<TokenSource, TokenClock>();
const withOwnClock = new WeakSet<TokenSource>();

/** The clock of a source's issuer: what its tokens have told so far. */
export function clockOf(source: TokenSource): TokenClock {
  const clock = clocks.get(source) ?? new TokenClock();
  clocks.set(source, clock);
  return clock;
}

/** For a source that is another object in each render, and one of many with the same tokens. */
export function setClock(source: TokenSource, clock: TokenClock): void {
  clocks.set(source, clock);
  withOwnClock.add(source);
}

/** Whether a source has its clock by {@link setClock}. */
export function hasOwnClock(source: TokenSource): boolean {
  return withOwnClock.has(source);
}

function offset(): number {
  return Date.now() - performance.now();
}

/** What tells one token from the next: of claims, when they were issued and when they end. `null` for nobody. */
function keyOf({ token, claims }: Proof): string | null {
  if (token) return token;
  return claims ? JSON.stringify([claims["iat"], claims["exp"]]) : null;
}

function timesOf({ token, claims }: Proof): Pick<Seen, "issuedAt" | "expiresAt"> {
  try {
    const { iat, exp } = claimsIn(token ?? claims ?? {});
    return { issuedAt: iat === undefined ? null : iat * 1000, expiresAt: exp === undefined ? null : exp * 1000 };
  } catch {
    // It is no session either.
    return { issuedAt: null, expiresAt: null };
  }
}
