"use client";

import {
  AuthzError,
  claimsFromToken,
  createSession,
  renewSession,
  type Session,
  type SessionOptions,
} from "@kinde-cerbos/core";
import { useEffect, useState } from "react";
import { kindeClock } from "../sources/kinde-react/kinde-clock.ts";
import { isAsyncStore, type KindeToken, readToken, useKindeToken } from "../sources/kinde-react/stored-token.ts";

/** The session of Kinde's user, or why there is none; `null` while Kinde has not said yet who it is. */
type KindeSession = Session | AuthzError | null;

/** Kinde's session, and whether it is about to be another one of the same user. */
interface CurrentSession {
  readonly session: KindeSession;
  /** Whether the user's rights have changed, and their session is being made: the page may stay as it is until then. */
  readonly isRenewing: boolean;
}

/** What became of a token. */
interface Made {
  /** `undefined` before the first one. */
  readonly token: KindeToken;
  readonly session: KindeSession;
  /** Those of the same user before it, the newest first: who switches back to one need not wait for its hash. */
  readonly earlier: readonly Session[];
}

/** How many sessions of a user are remembered. */
const MAX_EARLIER = 8;

/**
 * The session of Kinde's current token.
 *
 * No render gets the session of another token: the token is read in render, and
 * what was made of an earlier one is used only where its rights are equal.
 */
export function useKindeSession(options: SessionOptions): CurrentSession {
  const [made, setMade] = useState<Made>({ token: undefined, session: null, earlier: [] });
  const { token, isLoading } = useKindeToken(made.token);
  if (token) kindeClock().sees(token());

  const isMade = made.token === token;
  const session = isMade ? made.session : (renewed(made.session, token, options) ?? recalled(made, token, options));
  // Set in render, so that no child renders with the session of the token before.
  if (!isMade && session !== null) setMade(after(made, token, session));

  const isToBeMade = session === null;
  useEffect(() => {
    if (token === undefined || !isToBeMade) return;
    let isStale = false;
    const settle = (outcome: KindeSession): void => {
      if (!isStale) setMade((before) => after(before, token, outcome));
    };
    void createSession(token && token(), options)
      .catch(failure)
      .then(settle);
    return () => {
      isStale = true;
    };
  }, [token, isToBeMade, options]);

  const isRenewing = session === null && !isLoading && isSession(made.session) && isOf(made.session, token);
  return { session, isRenewing };
}

/** Whether a token is of the session's user, as far as that is known. */
function isOf({ claims }: Session, token: KindeToken): boolean {
  if (claims === null || token === null) return false;
  try {
    return token === undefined || claimsFromToken(token()).sub === claims.sub;
  } catch {
    return false;
  }
}

/**
 * The same session with another token; `null` where that is not known, or has other rights and its session must be
 * made.
 */
function renewed(session: KindeSession, token: KindeToken, options?: SessionOptions): KindeSession {
  if (token === undefined || session === null || session instanceof AuthzError) return null;
  try {
    return renewSession(session, token && token(), options);
  } catch (error) {
    return failure(error);
  }
}

/** A session of before whose rights the token has. What `enrich` gave it may be of long ago, so that is asked again. */
function recalled({ earlier }: Made, token: KindeToken, options: SessionOptions): KindeSession {
  if (options.principal?.enrich) return null;
  for (const session of earlier) {
    const found = renewed(session, token, options);
    if (found !== null) return found;
  }
  return null;
}

/** What was made next. Of another user nothing is remembered, and of nobody neither. */
function after({ session: last, earlier }: Made, token: KindeToken, session: KindeSession): Made {
  const all = isSession(last) ? [last, ...earlier] : earlier;
  const isKept = (one: Session): boolean =>
    isSession(session) && one.id !== session.id && session.claims !== null && one.claims?.sub === session.claims.sub;
  return { token, session, earlier: all.filter(isKept).slice(0, MAX_EARLIER) };
}

function isSession(session: KindeSession): session is Session {
  return session !== null && !(session instanceof AuthzError);
}

function failure(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  // `principal.map` is the app's own code and may throw anything.
  return new AuthzError(
    "invalid_claims",
    "No principal could be made of the Kinde token: a function of your principal options threw. Look at the cause.",
    { cause: error },
  );
}

/**
 * A session with the token now in Kinde's storage; `null` where that is another
 * session's. The storage says that it has changed only a task later: what renders
 * in between must know. An asynchronous store cannot be asked in render.
 */
export function storedSession(session: Session, options?: SessionOptions): Session | null {
  if (session.token === null || isAsyncStore()) return session;
  const stored = renewed(session, readToken(), options);
  return stored instanceof AuthzError ? null : stored;
}
