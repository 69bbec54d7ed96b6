"use client";

import { AuthzError, type SessionOptions } from "@kinde-cerbos/core";
import { QueryClient, QueryClientContext, useIsRestoring } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

import { CACHE_POLICY, type CachePolicy } from "./decision-query.ts";
import { DecisionStore } from "./decision-store.ts";
import { AskingContext, SessionContext } from "./permissions-context.ts";
import { type AskingOptions, useSessionAuthorizer } from "./use-session-authorizer.ts";
import { useClaimsHint } from "./use-claims-hint.ts";
import { useExpired } from "./use-expired.ts";
import { useForgetUsers } from "./use-forget-users.ts";
import { useIsCurrent } from "./use-is-current.ts";
import { type KindeSession, LOADING, useIsStored, useKindeSession } from "./use-kinde-session.ts";
import { type PermissionsSession } from "./use-permissions-session.ts";

/** Where to ask, how, and how long an answer is good. Limits are read when a session begins. */
export interface PermissionsProviderProps extends AskingOptions, CachePolicy {
  readonly children: ReactNode;
  /** How Kinde's claims become a Cerbos principal. Define it outside of the component. */
  readonly principal?: SessionOptions["principal"];
  /**
   * Claims that change without the user's rights changing, such as an id that your
   * identity provider makes anew for each token. Default: core's `VOLATILE_CLAIMS`.
   * Define it outside of the component.
   */
  readonly volatileClaims?: SessionOptions["volatileClaims"];
  /** Default: the app's own, from the nearest QueryClientProvider; ours where there is none. */
  readonly queryClient?: QueryClient;
}

/**
 * Joins Kinde and Cerbos: goes inside KindeProvider, around all that asks.
 *
 * @throws AuthzError `no_provider` outside of KindeProvider
 */
export function PermissionsProvider({
  children,
  principal,
  volatileClaims,
  queryClient,
  staleTime = CACHE_POLICY.staleTime,
  gcTime = CACHE_POLICY.gcTime,
  maxAge = CACHE_POLICY.maxAge,
  ...options
}: PermissionsProviderProps): ReactNode {
  const client = useClient(queryClient);
  const { timeoutMs } = options;
  const sessionOptions = useMemo(
    () => ({ principal, volatileClaims, timeoutMs }),
    [principal, volatileClaims, timeoutMs],
  );
  const found = useKindeSession(sessionOptions);
  // What a persisted cache is about to bring must not be asked again, and must be seen by who forgets users.
  const kinde = useIsRestoring() ? LOADING : found;
  const isExpired = useExpired(kinde.session?.expiresAt ?? null);
  const authorizer = useSessionAuthorizer(isExpired ? null : kinde.session, options);
  useForgetUsers(kinde.session, client);
  useClaimsHint(kinde.session);

  const session = useMemo(() => publicSession(kinde, isExpired), [kinde, isExpired]);
  const { error } = session;
  const isCurrent = useIsCurrent(authorizer, useIsStored(sessionOptions));
  // Another authorizer asks by itself: what the one before observes is of no use to it.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const store = useMemo(() => new DecisionStore(client), [client, authorizer]);
  const policy = useMemo(() => ({ staleTime, gcTime, maxAge }), [staleTime, gcTime, maxAge]);
  const known = useKnown(authorizer !== null || error !== null);
  const asking = useMemo(
    () => ({
      authorizer,
      error,
      queryClient: client,
      store,
      policy,
      known,
      isCurrent,
    }),
    [authorizer, error, client, store, policy, known, isCurrent],
  );
  return (
    <AskingContext.Provider value={asking}>
      <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
    </AskingContext.Provider>
  );
}

function useClient(given: QueryClient | undefined): QueryClient {
  const appClient = useContext(QueryClientContext);
  const [ownClient] = useState(() => (given ?? appClient ? null : new QueryClient()));
  const client = given ?? appClient ?? ownClient;
  if (!client) {
    throw new AuthzError(
      "no_provider",
      "The QueryClient that PermissionsProvider began with is gone. Keep QueryClientProvider around it.",
    );
  }
  useEffect(() => {
    // One without a QueryClientProvider would not listen to focus and reconnect. Mounts are counted.
    client.mount();
    return () => client.unmount();
  }, [client]);
  return client;
}

/** Resolves when what was not known is; then it is another promise. */
function useKnown(isKnown: boolean): Promise<void> {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new one for each change
  const { promise, resolve } = useMemo(() => Promise.withResolvers<void>(), [isKnown]);
  const previous = useRef<() => void>(resolve);
  useEffect(() => {
    // Not in a cleanup, which React also runs for what it only hides, or checks in StrictMode.
    if (previous.current !== resolve) previous.current();
    previous.current = resolve;
  }, [resolve]);
  return promise;
}

function publicSession({ status, session, error }: KindeSession, isExpired: boolean): PermissionsSession {
  return {
    status: isExpired ? "expired" : status,
    id: session?.id ?? null,
    principal: session?.principal ?? null,
    orgCode: session?.claims?.org_code ?? null,
    expiresAt: session?.expiresAt ?? null,
    error: isExpired ? EXPIRED : error,
  };
}

const EXPIRED = new AuthzError(
  "session_expired",
  "The Kinde token is past its end. Refresh it or sign in again.",
);
