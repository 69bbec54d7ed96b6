import { AuthzError, hasCode } from "../base/errors.ts";
import { ignoreErrors } from "../base/ignore-errors.ts";
import { withoutTokens } from "../base/redact.ts";
import { type Timing } from "../base/timing.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { type SessionSource } from "./session-source.ts";
import { isSameToken, isSession, renewSession, type Session, type TokenOrClaims } from "./session.ts";

/** How long a token is used that the source gives past its end, at first and at most, in ms. */
const FIRST_GRACE_MS = 1000;
const LONGEST_GRACE_MS = 30_000;

/** What a live session needs of its surroundings. */
export interface LiveSessionOptions {
  readonly session: Session;
  /** Without one, a token that ends is the end. */
  readonly source?: SessionSource | undefined;
  /** A token that ends within this long is refreshed before it is used, in ms. */
  readonly refreshBeforeMs: number;
  /** A refresh without an end fails after this long, in ms. */
  readonly timeoutMs: number;
  readonly timing: Timing;
  /** Aborted once it is over: a refresh under way fails then, and no other token is taken. */
  readonly signal: AbortSignal;
  /** Called once the source has a token of another session. */
  readonly onEnd: () => void;
}

/** A session with a token that is good to use: one refresh at a time, for all who wait. */
export interface LiveSession {
  /** With the newest token. */
  readonly current: Session;
  /**
   * A session to ask with: at once where its token is good for a while, else after a refresh.
   *
   * @throws AuthzError `session_expired` at once where there is no source
   */
  fresh(): Session | Promise<Session>;
  /**
   * A newer token, for all who ask while it is under way.
   *
   * @param isRefused whether the present one was refused, so that the source should replace it
   * @throws AuthzError `session_expired` if there is none, `session_ended` if it is another session's
   */
  refresh(isRefused?: boolean): Promise<Session>;
  /** @throws AuthzError `session_ended` if it is another session */
  renew(session: Session): void;
  /** Follows the source no more. */
  unfollow(): void;
}

/** Follows the source from the first `fresh` on, until `unfollow`. */
export function createLiveSession({
  session,
  source,
  refreshBeforeMs,
  timeoutMs,
  timing,
  signal,
  onEnd,
}: LiveSessionOptions): LiveSession {
  let current = session;
  let refreshing: Promise<Session> | undefined;
  /** Ends the following of the source; `undefined` until it has begun. */
  let stopFollowing: (() => void) | undefined;

  /**
   * What a refresh has given though it was there before: Kinde returns it until its end, so only that is worth another
   * one.
   */
  let existing: Session | null = null;

  /** How far Kinde's clock is ahead of this machine's, in ms. */
  let skewMs = 0;

  /** Until when the token is used because the source has given it past its end, in ms since the epoch. */
  let graceUntil = 0;

  /**
   * Compares them by the newest token. One from the future was issued by a clock that is ahead of ours. One from the
   * past is only old, also if a refresh gives it: another tab may have had it for long. What an earlier token told is
   * not kept: our clock may have been set right.
   */
  const compareClocks = (): void => {
    const iat = current.claims?.iat;
    if (iat !== undefined) skewMs = Math.max(iat * 1000 - timing.now(), Math.min(skewMs, 0));
  };
  compareClocks();

  const msLeft = (): number => Math.max((current.expiresAt ?? Infinity) - skewMs, graceUntil) - timing.now();

  const renew = (newer: Session | null): void => {
    if (!isSession(newer) || newer.id !== current.id) {
      throw new AuthzError(
        "session_ended",
        "An authorizer serves one session. Make another one for another user, organization or rights.",
      );
    }
    if (isSameToken(newer, current)) return;
    current = newer;
    graceUntil = 0;
    compareClocks();
  };

  /** Goes on with a token of this session; one of another, or none that can be read, is the end. */
  const take = (token: TokenOrClaims): void => {
    let newer: Session | null = null;
    try {
      newer = renewSession(current, token);
    } finally {
      if (!newer) onEnd();
    }
    renew(newer);
  };

  /** A source that cannot say has no other token: the one there is goes on to its end. */
  const takeCurrent = async (from: SessionSource): Promise<void> => {
    const token = await from.getToken();
    if (!signal.aborted) take(token);
  };

  const unfollow = (): void => {
    const stop = stopFollowing;
    // Set before the call, which may come here again.
    stopFollowing = () => {};
    ignoreErrors(() => stop?.());
  };

  /** Learns of tokens that come without being asked for. From the first check on: until then nobody waits. */
  const follow = (): void => {
    if (!source || stopFollowing) return;
    // Set before the call, which may come here again, fail, or return nothing.
    stopFollowing = () => {};
    ignoreErrors(() => {
      const stop: unknown = source.subscribe(() => ignoreErrors(() => takeCurrent(source)));
      if (typeof stop === "function") stopFollowing = () => void stop();
    });
    if (signal.aborted) unfollow();
  };

  const load = async (isRefused: boolean): Promise<Session> => {
    const before = current;
    const askedAt = timing.now();
    let token: TokenOrClaims = null;
    let options: ErrorOptions = {};
    const ask = (): Promise<TokenOrClaims> | undefined =>
      isRefused && source?.replace ? source.replace() : source?.refresh();
    try {
      token = await withTimeout(async () => ask() ?? null, { signal, timeoutMs, timing });
    } catch (error) {
      options = { cause: withoutTokens(error) };
    }
    if (token === null) {
      throw new AuthzError(
        "session_expired",
        "The Kinde token is over or refused, and there is no newer one. Sign in again.",
        options,
      );
    }
    take(token);
    if (isSameToken(current, before)) existing = current;
    if (msLeft() <= 0) {
      // Kinde gives no token that has ended, so its clock is behind ours, by so much at least. By how much is not
      // known: the token is used, and the PDP's answer decides. Then the source is asked again.
      const endsAt = Number(current.expiresAt);
      const graceMs = Math.min(Math.max(timing.now() - endsAt, FIRST_GRACE_MS), LONGEST_GRACE_MS);
      graceUntil = timing.now() + graceMs;
      skewMs = Math.min(skewMs, endsAt - askedAt);
      existing = current;
    }
    return current;
  };

  const refresh = (isRefused = false): Promise<Session> => {
    refreshing ??= load(isRefused).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  return {
    get current() {
      return current;
    },
    fresh() {
      follow();
      const left = msLeft();
      if (left > refreshBeforeMs || (left > 0 && (!source || current === existing))) return current;
      if (!source) throw expired(current);
      // Refreshed early, so that a refresh that fails now may still pass later.
      return refresh().catch((error: unknown) => {
        if (msLeft() > 0 && hasCode(error, "session_expired")) return current;
        throw error;
      });
    },
    refresh,
    renew,
    unfollow,
  };
}

/** Only a token with an end is ever past it. */
function expired({ expiresAt }: Session): AuthzError {
  return new AuthzError(
    "session_expired",
    `The Kinde token ended at ${new Date(Number(expiresAt)).toISOString()}. Refresh it or sign in again. Is ` +
      "this machine's clock right?",
  );
}
