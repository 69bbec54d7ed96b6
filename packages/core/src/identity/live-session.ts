import { AuthzError, hasCode } from "../base/errors.ts";
import { ignoreErrors } from "../base/ignore-errors.ts";
import { withoutTokens } from "../base/redact.ts";
import { type Timing } from "../base/timing.ts";
import { withTimeout } from "../base/with-timeout.ts";
import { type SessionSource } from "./session-source.ts";
import { isSameToken, isSession, renewSession, type Session, type TokenOrClaims } from "./session.ts";

/** How long a token is used if the source returns it after its expiry, at first and at most, in ms. */
const FIRST_GRACE_MS = 1000;
const LONGEST_GRACE_MS = 30_000;

/** Options for {@link createLiveSession}. */
export interface LiveSessionOptions {
  readonly session: Session;
  /** Without a source, the session ends when its token expires. */
  readonly source?: SessionSource | undefined;
  /** How long before its expiry a token is refreshed, in ms. */
  readonly refreshBeforeMs: number;
  /** How long a refresh may take, in ms. */
  readonly timeoutMs: number;
  readonly timing: Timing;
  /** Aborted when the session ends: a refresh in flight then fails, and no other token is accepted. */
  readonly signal: AbortSignal;
  /** Called once, when the source has a token of another session. */
  readonly onEnd: () => void;
}

/** A session that keeps its token valid, with one refresh at a time for all its checks. */
export interface LiveSession {
  /** The session, with its newest token. */
  readonly current: Session;
  /**
   * The session with a valid token: synchronously if the token is valid for a while, otherwise after a refresh.
   *
   * @throws AuthzError `session_expired` synchronously if there is no source
   */
  fresh(): Session | Promise<Session>;
  /**
   * Refreshes the token. Callers in the meantime share the refresh.
   *
   * @param isRefused whether the current token was refused, so that the source should replace it
   * @throws AuthzError `session_expired` if there is no newer token, `session_ended` if it belongs to another session
   */
  refresh(isRefused?: boolean): Promise<Session>;
  /** @throws AuthzError `session_ended` if the token belongs to another session */
  renew(session: Session): void;
  /** Unsubscribes from the source. */
  unfollow(): void;
}

/** Creates a live session. It subscribes to the source at the first `fresh`, until `unfollow`. */
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
  /** Unsubscribes from the source; `undefined` until it is subscribed. */
  let stopFollowing: (() => void) | undefined;

  /**
   * The token that a refresh returned although it was the current one. Kinde returns it until it expires, so another
   * refresh is useful only then.
   */
  let existing: Session | null = null;

  /** How far Kinde's clock is ahead of this machine's, in ms. */
  let skewMs = 0;

  /** How long the expired token is used because the source returned it, in ms since the epoch. */
  let graceUntil = 0;

  /**
   * Compares the clocks with the newest token. An `iat` in the future means that Kinde's clock is ahead of this
   * machine's. An `iat` in the past proves nothing, even after a refresh, because another tab may have had the token
   * for a while. Results from earlier tokens are not kept, because this machine's clock may have been corrected.
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
        "An authorizer belongs to one session. Create another one for another user, organization or set of rights.",
      );
    }
    if (isSameToken(newer, current)) return;
    current = newer;
    graceUntil = 0;
    compareClocks();
  };

  /** Continues with a token of this session. A token of another session, or an unreadable one, ends it. */
  const take = (token: TokenOrClaims): void => {
    let newer: Session | null = null;
    try {
      newer = renewSession(current, token);
    } finally {
      if (!newer) onEnd();
    }
    renew(newer);
  };

  /** Takes the source's current token. If the source fails, the current token is used until it expires. */
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

  /** Subscribes to new tokens. It starts with the first check, because nothing needs them earlier. */
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
        "The Kinde token has expired or was refused, and there is no newer one. Sign in again.",
        options,
      );
    }
    take(token);
    if (isSameToken(current, before)) existing = current;
    if (msLeft() <= 0) {
      // Kinde gives no token that has ended, so its clock is behind ours, by so much at least. By how much is not
      // known: the token is used, and the PDP's answer decides. Then the source is read again.
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

/** The error for an expired token. */
function expired({ expiresAt }: Session): AuthzError {
  return new AuthzError(
    "session_expired",
    `The Kinde token expired at ${new Date(Number(expiresAt)).toISOString()}. Refresh it or sign in again. Is ` +
      "this machine's clock right?",
  );
}
