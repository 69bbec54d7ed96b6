"use client";

import { type Authorizer, AuthzError, type Principal } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { type Context, createContext, useContext } from "react";
import { type WholePolicy } from "../cache/decision-query.ts";
import { type DecisionStore } from "../cache/decision-store.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { type Switching } from "./use-switching.ts";

/** The session, as the app may show it. It does not contain the token. */
export interface PermissionsSession {
  /**
   * The state of the session:
   *
   * - `loading`: the user is not known yet; nothing is allowed
   * - `signed_out`: nobody is signed in; nothing is sent, and everything is denied
   * - `anonymous`: nobody is signed in, and the provider has `anonymous`: checks are sent as the anonymous principal
   * - `authenticated`: a user is signed in
   * - `expired`: the token has expired; nothing is allowed until it is refreshed
   * - `error`: the token cannot be used, see `error`; nothing is allowed
   */
  readonly status: "loading" | "signed_out" | "anonymous" | "authenticated" | "expired" | "error";
  /** The session id, under which all decisions are cached; `null` while there is no session, and for `signed_out`. */
  readonly id: string | null;
  /** The principal whose checks are sent; `null` while there is no session, and for `signed_out`. */
  readonly principal: Principal | null;
  /** The code of the Kinde organization. */
  readonly orgCode: string | null;
  /** When the token expires, in ms since the epoch. */
  readonly expiresAt: number | null;
  /** Why the token cannot be used, or why its refresh failed; `null` if there is no error. */
  readonly error: AuthzError | null;
}

/** What hooks need to send checks. It stays the same object when a token is refreshed. */
export interface PermissionsValue extends Switching {
  /** `null` while nothing may be sent, such as during a switch of the organization. */
  readonly authorizer: Authorizer | null;
  /** Why nothing may be sent; `null` if only the session is not known yet. */
  readonly error: AuthzError | null;
  readonly queryClient: QueryClient;
  /** The answers in the cache, for hooks with this authorizer. */
  readonly store: DecisionStore;
  readonly policy: WholePolicy;
  /** Its promise resolves when another value has replaced this one. */
  readonly replaced: PromiseWithResolvers<void>;
  /**
   * Checks of components that suspend, by their content. They are sent as soon as there is a session. React does not
   * render the components beside the first one again before that one has an answer.
   */
  readonly suspended: Map<string, SuspendedCheck>;
  /** Returns the authorizer; `null` if there is none, its session has ended, or the source no longer has it. */
  readonly current: () => Authorizer | null;
}

/** A check of components that suspended before there was a session. */
interface SuspendedCheck {
  /** Sends it. Returns a promise that resolves when it is answered, or anything else if it is not sent. */
  readonly ask: (permissions: PermissionsValue) => unknown;
  /**
   * The components wait for this. If only the session woke them, React would start again and send the others one by
   * one.
   */
  readonly answered: PromiseWithResolvers<unknown>;
}

/** Separate from the session, which changes with each refresh: a refresh must not render components that only check. */
export const PermissionsContext: Context<PermissionsValue | null> = createContext<PermissionsValue | null>(null);
export const SessionContext: Context<PermissionsSession | null> = createContext<PermissionsSession | null>(null);
/** The source of the token. Kinde's source is another object after each change of Kinde's context. */
export const SourceContext: Context<TokenSource | null> = createContext<TokenSource | null>(null);

/** @throws AuthzError `no_provider` */
export function useProvided<T>(context: Context<T | null>, hook: string): T {
  const value = useContext(context);
  if (value === null) {
    throw new AuthzError(
      "no_provider",
      `${hook} is outside of PermissionsProvider. Put <PermissionsProvider pdp={…}> inside <KindeProvider>, ` +
        "around every component that checks permissions.",
    );
  }
  return value;
}
