"use client";

import { AuthzError, type Session, type SessionSource } from "@kinde-cerbos/core";
import { isSameToken } from "@kinde-cerbos/core/internal";
import { useEffect, useState, useSyncExternalStore } from "react";
import { clockOf } from "../sources/source-clock.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { isPageHidden, onPageReturn } from "./page-return.ts";
import { useExpired } from "./use-expired.ts";

/** How a session stands to its end. */
interface SessionEnd {
  /** Why it is over; `null` while it is not. */
  readonly error: AuthzError | null;
  /** Whether its token has ended, and the refresh of that moment may still bring another one. */
  readonly isRefreshing: boolean;
  /** Call it when the token of a session was refused, and a newer one too. */
  readonly onOver: (session: Session, error: AuthzError) => void;
}

/**
 * The end of a token: it expires, or the PDP refuses it. A new token ends this state. A refresh is requested when the
 * token expires, and again when the network or the user comes back.
 *
 * @param known - The session, or why there is none: a source that has failed is called again in the same way
 * @param graceMs how long after its expiry a session is not over yet, while its token is refreshed
 */
export function useSessionEnd(
  { source, sessionSource }: { readonly source: TokenSource; readonly sessionSource: SessionSource },
  known: Session | AuthzError | null,
  graceMs: number,
): SessionEnd {
  const session = known instanceof AuthzError ? null : known;
  const hasFailed = known instanceof AuthzError && known.code === "source_failed";
  const endsAt = useEnd(source, session);
  const isPast = useExpired(endsAt);
  const isLate = useExpired(isPast && session ? graceEnd(source, session, graceMs) : null);
  const [failed, setFailed] = useState<Session | null>(null);
  const [refused, setRefused] = useState<{ readonly session: Session; readonly error: AuthzError } | null>(null);
  const refusal = refused && isSameToken(refused.session, session) ? refused.error : null;
  const isRefreshing = isPast && !isLate && !isSameToken(failed, session);
  const isOver = isPast || refusal !== null;

  useEffect(() => {
    if (!isOver && !hasFailed) return;
    const refresh = async (): Promise<void> => {
      // A page that is hidden refreshes nothing, so it has nothing to wait for.
      const token = isPageHidden() ? null : await sessionSource.refresh().catch(() => null);
      setFailed(token ? null : session);
      // Kinde stands by it: the PDP may have changed its mind.
      if (token && (typeof token !== "string" || token === session?.token)) setRefused(null);
    };
    const refreshNow = (): void => {
      if (!isPageHidden()) void refresh();
    };
    // A token that the PDP has refused was refreshed just now.
    if (isPast) void refresh();
    return onPageReturn(refreshNow);
  }, [isOver, isPast, hasFailed, session, sessionSource]);

  return {
    error: isPast && !isRefreshing ? PAST : refusal,
    isRefreshing,
    onOver: (over, error) => setRefused({ session: over, error }),
  };
}

/**
 * When a session ends by this machine's clock, in ms since the epoch. It may become later as Kinde's clock becomes
 * known.
 */
function useEnd(source: TokenSource, session: Session | null): number | null {
  const clock = clockOf(source);
  // Not memoized, for React 18: see useClockSkew.
  const read = (): number | null => session && clock.endOf(session);
  return useSyncExternalStore(clock.subscribe, read, () => session?.expiresAt ?? null);
}

/** When a session is over after its token has expired, in ms since the epoch; `null` if never. */
export function graceEnd(source: TokenSource, session: Session, graceMs: number): number | null {
  const clock = clockOf(source);
  const endsAt = clock.isDeadOnArrival(session) ? clock.seenAt(session) : clock.endOf(session);
  return endsAt === null ? null : endsAt + graceMs;
}

const PAST = new AuthzError("session_expired", "The Kinde token has expired. Refresh it or sign in again.");
