"use client";

import { AuthzError, type Session } from "@kinde-cerbos/core";
import { useEffect, useState } from "react";

import { refreshKinde } from "./kinde-tokens.ts";
import { useExpired } from "./use-expired.ts";

/** Why a session is over. */
interface SessionEnd {
  /** `null` while it is not. */
  readonly error: AuthzError | null;
  /** To be told that the token of a session was refused, and a newer one too. */
  readonly onOver: (session: Session, error: AuthzError) => void;
}

/**
 * The end of a token: by its own time, or because the PDP refuses it. Another
 * token ends that. It is asked for when its time is over, and again when the
 * network or the user comes back.
 */
export function useSessionEnd(session: Session | null): SessionEnd {
  const isPast = useExpired(session?.expiresAt ?? null);
  const [refused, setRefused] = useState<{ readonly session: Session; readonly error: AuthzError } | null>(null);
  const refusal = refused && refused.session.token === session?.token ? refused.error : null;
  const isOver = isPast || refusal !== null;

  useEffect(() => {
    if (!isOver) return;
    const refresh = (): void => {
      if (document.visibilityState === "visible") void refreshKinde().catch(() => {});
    };
    // A token that the PDP has refused was refreshed just now.
    if (isPast) refresh();
    window.addEventListener("online", refresh);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      window.removeEventListener("online", refresh);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [isOver, isPast]);

  return {
    error: isPast ? PAST : refusal,
    onOver: (over, error) => setRefused({ session: over, error }),
  };
}

const PAST = new AuthzError(
  "session_expired",
  "The Kinde token is past its end. Refresh it or sign in again.",
);
