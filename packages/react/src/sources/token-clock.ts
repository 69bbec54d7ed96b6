// How this machine's clock differs from that of the issuer of tokens, which is Kinde.
import { claimsIn, type Fields } from "@kinde-cerbos/core/internal";

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

/** The newest token. All times are by this machine's clock, in ms, unless they say otherwise. */
interface Newest {
  /** The token, or what stands for it. */
  readonly key: string;
  /** When it came. */
  at: number;
  /** By Kinde's clock; Infinity if it does not end. */
  readonly expiresAt: number;
  /** From `iat` to `exp`; Infinity if one of them is missing. */
  readonly lifeMs: number;
  /** Whether Kinde has returned it again, as it does until it ends. */
  isVouched: boolean;
  /** Until when it stays valid because Kinde returned it, although it seems to have expired. */
  graceUntil: number;
  /** How much longer it stays valid the next time. */
  graceMs: number;
}

/** Options for {@link TokenClock}. */
interface TokenClockOptions {
  /** The time, in ms since the epoch, of a clock that nobody sets. Default: this machine's, which may be set. */
  readonly now?: () => number;
  /** Returns since when the first token must have been issued; `null` if that is not known. Default: not known. */
  readonly newSince?: () => number | null;
  /** Whether the source takes a token for expired by this machine's clock as it is, as Kinde's SDK does. */
  readonly isStrict?: boolean;
}

/**
 * Kinde's clock, as far as it is known from the tokens of one source. A token from the future shows that Kinde's is
 * ahead. One from the past may only be old, as a refresh returns the existing token: that this machine's clock is ahead
 * is known if a token was issued after the page began to load, or was returned by Kinde past its end.
 */
export class TokenClock {
  readonly #now: () => number;
  /** A clock that nobody can set, from any moment on, in ms. */
  readonly #steady: () => number;
  readonly #newSince: () => number | null;
  readonly #isStrict: boolean;
  readonly #listeners = new Set<() => void>();
  #newest: Newest | null = null;
  /** Kinde's time minus this machine's: not less than the one, and not more than the other, in ms. */
  #least = -Infinity;
  #most = Infinity;
  /** How far this machine's clock was ahead of the steady one at the last look, in ms; -Infinity before the first. */
  #offset = -Infinity;

  constructor({ now, newSince = () => null, isStrict = false }: TokenClockOptions = {}) {
    this.#now = now ?? (() => Date.now());
    this.#steady = now ?? (() => performance.now());
    this.#newSince = newSince;
    this.#isStrict = isStrict;
  }

  /** Takes note of a token from Kinde, the first time it is there. */
  sees(proof: Proof): void {
    const key = keyOf(proof);
    if (key === null || key === this.#newest?.key) return;
    // First note a clock that was set back before the token came.
    this.#skew();
    const since = this.#newest ? null : this.#newSince();
    const [issuedAt, expiresAt] = timesOf(proof);
    const at = this.#now();
    const lifeMs = expiresAt - issuedAt;
    this.#newest = { key, at, expiresAt, lifeMs, isVouched: false, graceUntil: 0, graceMs: FIRST_GRACE_MS };
    // `iat` is in whole seconds.
    if (issuedAt > -Infinity) this.#learn(issuedAt - at, since === null ? Infinity : issuedAt + 1000 - since);
  }

  /** Takes note that Kinde returned the same token to a refresh at `askedAt`: the token had not ended then. */
  vouched(proof: Proof, askedAt: number): void {
    const newest = this.#newestIf(proof);
    if (!newest) return;
    const now = this.#now();
    newest.isVouched = true;
    if (now >= this.#endOf(newest)) {
      newest.graceUntil = now + newest.graceMs;
      newest.graceMs = Math.min(newest.graceMs * 2, LONGEST_GRACE_MS);
    }
    this.#learn(-Infinity, newest.expiresAt - askedAt);
    for (const listener of this.#listeners) listener();
  }

  /** Kinde's time, in ms since the epoch. */
  now(): number {
    const now = this.#now();
    const kindes = now + this.#skew();
    const { expiresAt = 0, graceUntil = 0 } = this.#newest ?? {};
    return now < graceUntil ? Math.min(kindes, expiresAt - (graceUntil - now)) : kindes;
  }

  /** When a session ends by this machine's clock, in ms since the epoch; `null` if never. */
  endOf(session: Proof & { readonly expiresAt: number | null }): number | null {
    const { expiresAt } = session;
    return expiresAt === null ? null : this.#endOf({ graceUntil: 0, ...this.#newestIf(session), expiresAt });
  }

  /** Whether a token has ended by this machine's clock as it is, as Kinde's SDK sees it. */
  isPast(proof: Proof): boolean {
    return this.#now() >= (this.#newestIf(proof)?.expiresAt ?? timesOf(proof)[1]);
  }

  /** Whether a token had ended when it came, and Kinde has not said since that it has not. */
  isDeadOnArrival(proof: Proof): boolean {
    const newest = this.#newestIf(proof);
    return newest !== null && !newest.isVouched && newest.at >= this.#endOf(newest);
  }

  /** When a token came, in ms since the epoch; 0 if it is not the newest one. */
  seenAt(proof: Proof): number {
    return this.#newestIf(proof)?.at ?? 0;
  }

  /**
   * By how much this machine's clock is ahead, in ms, if that is known, is more than this token lives, and makes the
   * source take it for expired; else `null`.
   */
  aheadByMoreThanLife(proof: Proof): number | null {
    const newest = this.#newestIf(proof);
    const aheadMs = -this.#skew();
    return this.#isStrict && newest && aheadMs >= newest.lifeMs ? aheadMs : null;
  }

  /** Calls `listener` whenever a token ends later than was known. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #newestIf(proof: Proof): Newest | null {
    // First of all, as a clock that was set back changes what is known of the token.
    this.#skew();
    return this.#newest?.key === keyOf(proof) ? this.#newest : null;
  }

  #endOf({ expiresAt, graceUntil }: Pick<Newest, "expiresAt" | "graceUntil">): number {
    return Math.max(expiresAt - this.#skew(), graceUntil);
  }

  /** The least that is proved: a token must not live longer than that. */
  #skew(): number {
    const now = this.#now() - this.#steady();
    // If the clock was set forward, tokens expire early and are refreshed. A machine that has slept looks the same.
    const setBackMs = this.#offset - now;
    this.#offset = now;
    if (setBackMs > SET_BACK_MS) {
      this.#most += setBackMs;
      if (this.#newest) {
        this.#newest.at -= setBackMs;
        this.#newest.graceUntil -= setBackMs;
      }
    }
    return Math.max(this.#least, Math.min(this.#most, 0));
  }

  #learn(least: number, most: number): void {
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
    // After the clock was set, both cannot be right: the newest values apply.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, Math.max(most, least)];
  }
}

/** Identifies a token: its text, or for claims `iat` and `exp`. `null` for nobody. */
function keyOf({ token, claims }: Proof): string | null {
  if (token) return token;
  return claims ? JSON.stringify([claims["iat"], claims["exp"]]) : null;
}

/** `iat` and `exp` in ms; unlimited if missing or unreadable. An unreadable token gets no session either. */
function timesOf({ token, claims }: Proof): [issuedAt: number, expiresAt: number] {
  try {
    const { iat = -Infinity, exp = Infinity } = claimsIn(token ?? claims ?? {});
    return [iat * 1000, exp * 1000];
  } catch {
    return [-Infinity, Infinity];
  }
}
