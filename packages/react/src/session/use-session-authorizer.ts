"use client";

import {
  type Authorizer,
  type AuthorizerOptions,
  type AuthzError,
  createAuthorizer,
  prepareCheck,
  type Session,
} from "@kinde-cerbos/core";
import { useEffect, useMemo, useState } from "react";
import { kindeClock } from "../sources/kinde-react/kinde-clock.ts";
import { development } from "./development.ts";
import { SignedOut } from "./signed-out.ts";
import { useReplaced } from "./use-replaced.ts";

/** An authorizer's options, as the provider passes them on. */
export type AskingOptions = Omit<AuthorizerOptions, "session" | "source" | "now" | "schedule" | "setTimer" | "random">;

/**
 * The authorizer of a session: the same one as long as the session id is, with
 * its newest token. Another session's is disposed of. `onOver` is told when the
 * PDP refuses its token, and there is no newer one that is good. If nobody is
 * signed in, one that sends nothing, unless `anonymous` is set.
 */
export function useSessionAuthorizer(
  session: Session | null,
  options: AskingOptions & Pick<AuthorizerOptions, "source"> & { readonly anonymous: boolean },
  onOver: (session: Session, error: AuthzError) => void,
): Authorizer | null {
  const [authorizer, setAuthorizer] = useState<Authorizer | null>(null);
  const { pdp: given, onWarning } = options;
  const pdp = useMemo(() => {
    return development?.withPolicyWarnings(given, (message) => (onWarning ?? console.warn)(message)) ?? given;
  }, [given, onWarning]);

  // Set in render, so that no child renders with the authorizer of another session.
  let current = authorizer;
  const isSignedOut = session?.token === null && !options.anonymous;
  if (authorizer?.session.id !== session?.id || authorizer instanceof SignedOut !== isSignedOut) {
    const made: Authorizer | null =
      session &&
      createAuthorizer({
        ...options,
        pdp,
        session,
        now: () => kindeClock().now(),
        // Not onBatch, which is told before those who wait: they must not be told of the end that follows from this.
        onDecision: (check, outcome) => {
          if (made && "code" in outcome && outcome.code === "session_expired") onOver(made.session, outcome);
          if (!options.onDecision) return;
          // As it was asked, whatever has become of the caller's object.
          const { action, resourceKey } = prepareCheck(check);
          options.onDecision({ action, resource: JSON.parse(resourceKey) }, outcome);
        },
      });
    // Made in any case: options that are wrong must show before somebody signs in.
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
