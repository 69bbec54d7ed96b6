"use client";

import {
  type Authorizer,
  type AuthorizerOptions,
  type AuthzError,
  createAuthorizer,
  prepareCheck,
  type Session,
  type SessionSource,
} from "@kinde-cerbos/core";
import { isSameToken, type PolicyNames } from "@kinde-cerbos/core/internal";
import { useEffect, useMemo, useState } from "react";
import { clockOf } from "../sources/source-clock.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { setAuthorizerClock } from "./authorizer-end.ts";
import { development } from "./development.ts";
import { SignedOut } from "./signed-out.ts";
import { useReplaced } from "./use-replaced.ts";

/** An authorizer's options, as the provider passes them on. */
export interface AuthorizerSettings extends Omit<
  AuthorizerOptions,
  "session" | "source" | "onEnd" | "now" | "schedule" | "setTimer" | "random"
> {
  /**
   * The kinds and actions in your policies: `cerbosNames` of the file that `kinde-cerbos typegen` writes. In
   * development, a check of an unknown one causes a warning, once, with the nearest name. Write
   * `names={import.meta.env.DEV ? cerbosNames : undefined}`, so that a production bundle does not contain them.
   * Default: none.
   */
  readonly names?: PolicyNames | undefined;
}

/** The options of an authorizer, with those that the app does not set. */
interface SessionAuthorizerOptions extends AuthorizerSettings {
  readonly source: SessionSource;
  readonly pdpName: string;
  readonly newestSource: () => TokenSource;
  readonly anonymous: boolean;
  /** Wraps an authorizer during a simulation, so that it gives simulated answers. */
  readonly simulated: ((real: Authorizer) => Authorizer) | undefined;
}

/**
 * Returns the authorizer of a session, with its newest token: the same one as long as the session id is the same. The
 * one of another session is disposed of. `onOver` is called if the PDP refuses the token and there is no newer valid
 * one. If nobody is signed in, it returns an authorizer that sends nothing, unless `anonymous` is set.
 */
export function useSessionAuthorizer(
  session: Session | null,
  { newestSource, anonymous, simulated, pdp: given, pdpName, onWarning, names, ...options }: SessionAuthorizerOptions,
  onOver: (session: Session, error: AuthzError) => void,
): Authorizer | null {
  const [authorizer, setAuthorizer] = useState<Authorizer | null>(null);
  const pdp = useMemo(() => {
    return development?.withPolicyWarnings(given, (message) => (onWarning ?? console.warn)(message), names) ?? given;
  }, [given, onWarning, names]);

  /** An authorizer that its source has ended. It must not be used again, even if its session returns. */
  const [ended, setEnded] = useState<Authorizer | null>(null);
  const isSignedOut = session?.claims === null && !anonymous;
  const isOfSession = authorizer?.session.id === session?.id && authorizer instanceof SignedOut === isSignedOut;
  const isOfPdp = authorizer === null || isSignedOut || authorizer.pdpName === pdpName;
  const isOver = ended !== null && ended === authorizer && !isSameToken(ended.session, session);

  // Set in render, so that no child renders with the authorizer of another session.
  let current = authorizer;
  if (!isOfSession || !isOfPdp || isOver) {
    let made: Authorizer | null =
      session &&
      createAuthorizer({
        ...options,
        ...(onWarning && { onWarning }),
        pdp,
        pdpName,
        session,
        now: () => clockOf(newestSource()).now(),
        onEnd: () => setEnded(made),
        // Not onBatch, which runs before callers get their results: they must get those first.
        onDecision: (check, outcome) => {
          if (made && "code" in outcome && outcome.code === "session_expired") onOver(made.session, outcome);
          if (!options.onDecision) return;
          // The check as it was sent, even if the caller has changed its object.
          const { action, resource } = prepareCheck(check);
          options.onDecision({ action, resource }, outcome);
        },
      });
    if (made && simulated) made = simulated(made);
    if (made) setAuthorizerClock(made, () => clockOf(newestSource()));
    // Made in any case, so that wrong options throw before anybody signs in.
    current = session && isSignedOut ? new SignedOut(session) : made;
    setAuthorizer(current);
  }

  useEffect(() => {
    // The PDP too: written inline (`pdp={new HTTP("/pdp")}`), it is another object at each render.
    if (session) current?.renew(session, pdp);
  }, [session, pdp, current]);

  useReplaced(current, (before) => before?.dispose());
  return current;
}
