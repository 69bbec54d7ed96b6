"use client";

import { AuthzError, type Authorizer } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { type WholePolicy } from "./decision-query.ts";
import { type DecisionStore } from "./decision-store.ts";
import { type PermissionsSession } from "./use-permissions-session.ts";
import { type Switching } from "./use-switching.ts";

/** What hooks need to ask. It stays the same object when a token is refreshed. While the session is switched, nothing may be asked. */
export interface Asking extends Switching {
  /** `null` while nothing may be asked. */
  readonly authorizer: Authorizer | null;
  /** Why nothing may be asked; `null` while that is only because the session is not known yet. */
  readonly error: AuthzError | null;
  readonly queryClient: QueryClient;
  /** What hooks see of the cache, for this authorizer. */
  readonly store: DecisionStore;
  readonly policy: WholePolicy;
  /** Its promise resolves once there is another {@link Asking}: for who waits, as this one can neither ask nor say why not. */
  readonly replaced: PromiseWithResolvers<void>;
  /** The authorizer, as long as its session is that of the token Kinde holds at this moment. */
  readonly current: () => Authorizer | null;
}

/** Apart from the session, which changes with each refresh: a refresh must not render what only asks. */
export const AskingContext = createContext<Asking | null>(null);
export const SessionContext = createContext<PermissionsSession | null>(null);

/** @throws AuthzError `no_provider` */
export function useProvided<T>(context: React.Context<T | null>, hook: string): T {
  const value = useContext(context);
  if (value === null) {
    throw new AuthzError(
      "no_provider",
      `${hook} is outside of PermissionsProvider. Put <PermissionsProvider pdp={…}> inside <KindeProvider>, around all that asks.`,
    );
  }
  return value;
}
