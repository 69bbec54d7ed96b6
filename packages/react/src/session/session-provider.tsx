"use client";

import { AuthzError, type PolicyDecisionPoint, type Session, type SessionOptions } from "@kinde-cerbos/core";
import { hasMethods, requireOption } from "@kinde-cerbos/core/internal";
import { QueryClient, QueryClientContext, useIsRestoring } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { CACHE_POLICY, type CachePolicy, policyOf } from "../cache/decision-query.ts";
import { DecisionStore } from "../cache/decision-store.ts";
import { liveUserOf } from "../live/live-user.ts";
import { useLive } from "../live/use-live.ts";
import { clockOf } from "../sources/source-clock.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { development } from "./development.ts";
import { liveAddress, pdpClient, pdpNameOf } from "./pdp-client.ts";
import {
  type PermissionsValue,
  PermissionsContext,
  type PermissionsSession,
  SessionContext,
  SourceContext,
} from "./permissions-context.ts";
import { useClaimsHint } from "./use-claims-hint.ts";
import { useClockSkew } from "./use-clock-skew.ts";
import { useCurrentAuthorizer } from "./use-current-authorizer.ts";
import { useForgetUsers } from "./use-forget-users.ts";
import { type Inspected } from "./use-inspected.ts";
import { useNewestSource } from "./use-newest-source.ts";
import { useOtherTabs } from "./use-other-tabs.ts";
import { useReplaced } from "./use-replaced.ts";
import { type AuthorizerSettings, useSessionAuthorizer } from "./use-session-authorizer.ts";
import { useSessionEnd } from "./use-session-end.ts";
import { useSourceWarning } from "./use-source-warning.ts";
import { useHeld, useSwitching } from "./use-switching.ts";
import { useTokenSession } from "./use-token-session.ts";

/** By how much the timer of a token's end may be late, in ms: later than that, the machine has slept. */
const LATE_TIMER_MS = 500;

/**
 * Props of PermissionsProvider: the PDP, the limits of requests, and the cache times. A change of the limits applies to
 * the next session.
 */
export interface SessionProviderProps extends Omit<AuthorizerSettings, "pdp">, CachePolicy {
  /** The components that can use the hooks and `<Can>`. */
  readonly children: ReactNode;
  /**
   * The Cerbos PDP or the gateway in front of it: its URL, such as `/authz` or `https://pdp.example.com`, or a client,
   * such as `new HTTP("/authz")` of `@cerbos/http`. A URL is called with the client of `@kinde-cerbos/core/fetch-pdp`,
   * which is much smaller.
   */
  readonly pdp: PolicyDecisionPoint | string;
  /**
   * The name of the PDP in cache keys. Give PDPs with different policies different names. Pages with prefetched
   * decisions need the server's `pdpName`. Default: the path of the URL, such as `/authz`; `default` for a client.
   */
  readonly pdpName?: string;
  /** The source of the token. Create it once, outside of any component. */
  readonly source: TokenSource;
  /** How Kinde's claims become a Cerbos principal. Define it outside of the component. */
  readonly principal?: SessionOptions["principal"];
  /**
   * Claims that change without a change of the user's rights, such as an id that your identity provider creates for
   * each token. Default: core's `VOLATILE_CLAIMS`. Define it outside of the component.
   */
  readonly volatileClaims?: SessionOptions["volatileClaims"];
  /**
   * The react-query client. Default: that of the nearest QueryClientProvider; without one, the provider creates its
   * own.
   */
  readonly queryClient?: QueryClient;
  /**
   * How long the last decisions stay on the page while an expired token is being refreshed, in ms. Nothing is sent in
   * that time. If the refresh fails or takes longer, nothing is allowed. 0 to 10 000. Default: 5000.
   */
  readonly refreshGraceMs?: number;
  /**
   * Whether to send checks while nobody is signed in, as the principal `anonymous` with the one role `anonymous`. A
   * gateway answers them only if it has the same option. Without it, nothing is sent and everything is denied, with the
   * reason `signed_out`. Default: false.
   */
  readonly anonymous?: boolean;
  /**
   * Whether the page follows the gateway's events, so that it updates when policies or the user's rights change:
   * `true`, or the gateway's URL if `pdp` is a client. It has no effect if the gateway has no `events`. Default: false.
   */
  readonly live?: boolean | string;
}

/**
 * Provides the session of a token source, and its authorizer, to all hooks and components below.
 *
 * @throws AuthzError `invalid_option` if an option has the wrong type or is out of its range
 */
export function SessionProvider({
  children,
  pdp: givenPdp,
  pdpName: givenName,
  source: givenSource,
  principal,
  volatileClaims,
  queryClient,
  staleTime,
  gcTime,
  maxAge,
  refreshGraceMs = 5000,
  anonymous = false,
  live = false,
  ...options
}: SessionProviderProps): ReactNode {
  requireOption(
    Number.isInteger(refreshGraceMs) && refreshGraceMs >= 0 && refreshGraceMs <= 10_000,
    `refreshGraceMs must be a whole number from 0 to 10000, not ${String(refreshGraceMs)}`,
  );
  // Any text from the environment, also "false", would turn it on.
  requireOption(
    typeof anonymous === "boolean",
    `anonymous must be true or false, not a value of type ${typeof anonymous}`,
  );
  requireOption(
    hasMethods(givenSource, ["getSnapshot", "subscribe", "refresh"]),
    "source must have getSnapshot, subscribe and refresh. It must be a token source, such as " +
      "tokenSource({ getToken }). For Kinde's React SDK, import " +
      "PermissionsProvider from @kinde-cerbos/react and leave source out",
  );
  const address = liveAddress(live, givenPdp);
  const client = useMemo(() => pdpClient(givenPdp), [givenPdp]);
  const parts = { pdp: client, pdpName: givenName ?? pdpNameOf(givenPdp), source: givenSource };
  const { pdp, pdpName, source, simulated, id }: Inspected = development?.useInspected(parts) ?? parts;
  const cache = useClient(queryClient);
  const { newestSource, sessionSource } = useNewestSource(source, address !== null);
  useSourceWarning(source);
  const { timeoutMs } = options;
  const sessionOptions = useMemo(
    () => ({ principal, volatileClaims, timeoutMs }),
    [principal, volatileClaims, timeoutMs],
  );
  const { session: found, isRenewing } = useTokenSession(source, sessionOptions);
  // Wait for a persisted cache: its decisions must not be requested again, and useForgetUsers must see them.
  const known = useIsRestoring() ? null : found;
  const current = known instanceof AuthzError ? null : known;
  const { error: end, isRefreshing, onOver } = useSessionEnd({ source, sessionSource }, known, refreshGraceMs);
  const { isSwitching, beginSwitch } = useSwitching(known === null);
  useOtherTabs(source, current, beginSwitch);
  const skew = useClockSkew(source, current);
  // A token that was already expired when it came has no decisions yet. First Kinde must say whether it is valid.
  const isDoubtful = isRefreshing && current !== null && clockOf(source).isDeadOnArrival(current);
  const usable = skew || end || isDoubtful ? null : current;
  const ofSession = useSessionAuthorizer(
    usable,
    { ...options, pdp, pdpName, simulated, anonymous, source: sessionSource, newestSource },
    onOver,
  );
  const isHeld = isSwitching || isRenewing;
  const authorizer = isHeld ? null : ofSession;
  useForgetUsers(current, cache);
  const user = useHeld(usable?.claims ? liveUserOf(usable.claims) : null, isHeld);
  useLive({ address, user, session: usable, queryClient: cache, pdpName, newestSource, sessionSource, development });
  useClaimsHint(current);

  const reason = known instanceof AuthzError ? known : (skew ?? end);
  const status = isDoubtful && !reason ? "loading" : statusOf(current, reason, anonymous);
  const settled = useMemo(() => publicSession(current, status, reason), [current, status, reason]);
  const session = useHeld(settled, isHeld);
  const error = isHeld ? null : session.error;
  const graceMs = isRefreshing ? refreshGraceMs : Math.min(refreshGraceMs, LATE_TIMER_MS);
  const currentAuthorizer = useCurrentAuthorizer(authorizer, source, newestSource, sessionOptions, graceMs);
  // A new authorizer gets a new store: its requests are its own.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const store = useMemo(() => new DecisionStore(cache), [cache, authorizer]);
  const [suspended] = useState((): PermissionsValue["suspended"] => new Map());
  const permissions = useMemo(
    () => ({
      authorizer,
      error,
      queryClient: cache,
      store,
      policy: policyOf(CACHE_POLICY, { staleTime, gcTime, maxAge }),
      replaced: Promise.withResolvers<void>(),
      suspended,
      isSwitching,
      beginSwitch,
      current: currentAuthorizer,
    }),
    [
      authorizer,
      error,
      cache,
      store,
      staleTime,
      gcTime,
      maxAge,
      isSwitching,
      beginSwitch,
      currentAuthorizer,
      suspended,
    ],
  );
  useReplaced(permissions, ({ replaced }) => {
    replaced.resolve();
    if (!authorizer && !error) return;
    for (const { ask, answered } of suspended.values()) answered.resolve(ask(permissions));
    suspended.clear();
  });
  development?.useShownProvider(id, session, current, pdpName, givenPdp, options.names, cache);
  return (
    <PermissionsContext.Provider value={permissions}>
      {/* oxlint-disable-next-line react/jsx-no-constructed-context-values -- the source is the app's own object */}
      <SourceContext.Provider value={source}>
        <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
      </SourceContext.Provider>
    </PermissionsContext.Provider>
  );
}

function useClient(given: QueryClient | undefined): QueryClient {
  const appClient = useContext(QueryClientContext);
  const [ownClient] = useState(() => ((given ?? appClient) ? null : new QueryClient()));
  const client = given ?? appClient ?? ownClient;
  if (!client) {
    throw new AuthzError(
      "no_provider",
      "PermissionsProvider no longer has its QueryClient. Keep QueryClientProvider around it.",
    );
  }
  useEffect(() => {
    // One without a QueryClientProvider would not listen to focus and reconnect. Mounts are counted.
    client.mount();
    return () => client.unmount();
  }, [client]);
  return client;
}

function publicSession(
  current: Session | null,
  status: PermissionsSession["status"],
  error: AuthzError | null,
): PermissionsSession {
  // No check is sent or cached while nobody is signed in.
  const session = status === "signed_out" ? null : current;
  return {
    status,
    id: session?.id ?? null,
    principal: session?.principal ?? null,
    orgCode: session?.claims?.org_code ?? null,
    expiresAt: session?.expiresAt ?? null,
    error,
  };
}

function statusOf(session: Session | null, error: AuthzError | null, anonymous: boolean): PermissionsSession["status"] {
  if (error) return session && error.code !== "clock_skew" ? "expired" : "error";
  if (!session) return "loading";
  if (session.claims !== null) return "authenticated";
  return anonymous ? "anonymous" : "signed_out";
}
