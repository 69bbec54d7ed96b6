"use client";

import { AuthzError, createSession, renewSession, type Session, type SessionOptions } from "@kinde-cerbos/core";
import { claimsIn, isSessionOf, withoutTokens } from "@kinde-cerbos/core/internal";
import { useEffect, useState } from "react";
import { clockOf } from "../sources/source-clock.ts";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSnapshot, type TokenSource } from "../sources/token-source.ts";
import { type SnapshotHandle, useTokenSnapshot } from "./use-token-snapshot.ts";

/** A session, or why there is none; `null` while the user is not known. */
type KnownSession = Session | AuthzError | null;

/** The session of a source, and whether it is about to be another one of the same user. */
interface CurrentSession {
  readonly session: KnownSession;
  /** Whether the user's rights have changed, and their session is being made: the page may stay as it is until then. */
  readonly isRenewing: boolean;
}

/** The session made from a snapshot. */
interface Made {
  /** `undefined` before the first one. */
  readonly of: SnapshotHandle | undefined;
  readonly session: KnownSession;
  /** Earlier sessions of the same user, newest first, so that a switch back need not wait for the hash. */
  readonly earlier: readonly Session[];
}

/** How many sessions of a user are remembered. */
const MAX_EARLIER = 8;

/**
 * The session of a source's present token.
 *
 * No render gets the session of another token: the token is read in render, and the session of an earlier token is used
 * only if its rights are equal.
 */
export function useTokenSession(source: TokenSource, options: SessionOptions): CurrentSession {
  const [made, setMade] = useState<Made>({ of: undefined, session: null, earlier: [] });
  const handle = useTokenSnapshot(source);
  const snapshot = handle();
  if (snapshot.status === "signed_in") clockOf(source).sees(snapshot);

  const isMade = made.of === handle;
  const session = isMade
    ? made.session
    : (renewed(made.session, snapshot, options) ?? recalled(made, snapshot, options) ?? brought(snapshot, options));
  // Set in render, so that no child renders with the session of the token before.
  if (!isMade && session !== null) setMade(after(made, handle, session));

  const isToBeMade = session === null;
  useEffect(() => {
    const token = tokenIn(handle());
    if (token === undefined || !isToBeMade) return;
    let isStale = false;
    const settle = (outcome: KnownSession): void => {
      if (!isStale) setMade((before) => after(before, handle, outcome));
    };
    void createSession(token, options).catch(failure).then(settle);
    return () => {
      isStale = true;
    };
  }, [handle, isToBeMade, options]);

  const isRenewing = session === null && isSession(made.session) && isOf(made.session, snapshot);
  return { session, isRenewing };
}

/** Whether a snapshot belongs to the session's user, as far as that is known. */
function isOf({ claims }: Session, snapshot: TokenSnapshot): boolean {
  if (snapshot.status === "loading") return claims !== null && snapshot.isRefreshing === true;
  const token = tokenIn(snapshot);
  if (claims === null || !token) return false;
  try {
    const { sub } = claimsIn(token);
    return sub === claims.sub;
  } catch {
    return false;
  }
}

/**
 * The same session with the current token; `null` if that is not known, or has other rights, so that its session must
 * be made.
 */
function renewed(session: KnownSession, snapshot: TokenSnapshot, options?: SessionOptions): KnownSession {
  if (snapshot.status === "error") return sourceFailure(snapshot.error);
  const token = tokenIn(snapshot);
  if (token === undefined || !isSession(session)) return null;
  try {
    return renewSession(session, token, options);
  } catch (error) {
    return failure(error);
  }
}

/** An earlier session whose rights the token has. What `enrich` gave it may be old, so that is fetched again. */
function recalled({ earlier }: Made, snapshot: TokenSnapshot, options: SessionOptions): KnownSession {
  if (options.principal?.enrich) return null;
  for (const session of earlier) {
    const found = renewed(session, snapshot, options);
    if (found !== null) return found;
  }
  return null;
}

/** The session that the source has made already, if it is the one that would be made here. */
function brought(snapshot: TokenSnapshot, options: SessionOptions): KnownSession {
  const { session } = "session" in snapshot ? snapshot : {};
  const token = tokenIn(snapshot);
  if (!session || token === undefined || options.principal?.enrich) return null;
  try {
    return isSessionOf(session, token, options) ? session : null;
  } catch (error) {
    return failure(error);
  }
}

/** The next state. Only sessions of the same signed-in user are remembered. */
function after({ session: last, earlier }: Made, of: SnapshotHandle, session: KnownSession): Made {
  const all = isSession(last) ? [last, ...earlier] : earlier;
  const isKept = (one: Session): boolean =>
    isSession(session) && one.id !== session.id && session.claims !== null && one.claims?.sub === session.claims.sub;
  return { of, session, earlier: all.filter(isKept).slice(0, MAX_EARLIER) };
}

function isSession(session: KnownSession): session is Session {
  return session !== null && !(session instanceof AuthzError);
}

function sourceFailure(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  return new AuthzError("source_failed", "The token source failed: see the cause.", { cause: withoutTokens(error) });
}

function failure(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  // `principal.map` is the app's own code and may throw anything.
  return new AuthzError(
    "invalid_claims",
    "No principal could be made from the Kinde token: a function in your principal options threw. See the cause.",
    { cause: error },
  );
}

/**
 * A session with its source's current token; `null` if that belongs to another session. Needed because a source reports
 * a change only after it, and components may render in between. A signed-out session stays until the next one is made.
 */
export function sessionNow(session: Session, source: TokenSource, options?: SessionOptions): Session | null {
  if (session.claims === null) return session;
  try {
    const found = renewed(session, source.getSnapshot(), options);
    return isSession(found) ? found : null;
  } catch {
    // A source that throws has no session.
    return null;
  }
}
