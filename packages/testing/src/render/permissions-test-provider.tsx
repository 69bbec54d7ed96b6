"use client";

import { type PrincipalOptions } from "@kinde-cerbos/core";
import { type CachePolicy, PermissionsProvider } from "@kinde-cerbos/react/source";
import { type QueryClient, QueryClientContext } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type TestRules } from "../answer/rules.ts";
import { type TestPlans } from "../answer/test-plans.ts";
import { type TestUser } from "../user/test-user.ts";
import { type SignedIn } from "../user/user-source.ts";
import { ProviderState } from "./provider-state.ts";

/** The user of a test, and the answers to its checks. */
export interface TestPermissions {
  /**
   * The signed-in user. `null` means signed out; `"loading"` means that the session is still loading. Default: `{}`, a
   * user without roles and permissions.
   */
  readonly user?: TestUser | null | "loading" | undefined;
  /**
   * The rules that answer checks. A check that no rule matches is denied, with a warning on the console. Default: no
   * rules.
   */
  readonly can?: TestRules | undefined;
  /** Answers `usePlan`. Default: a plan query is an error. */
  readonly plan?: TestPlans | undefined;
  /** How long each answer takes, in ms, 0 or more. Default: 0, so the first render shows known answers. */
  readonly delayMs?: number | undefined;
}

/** Props of {@link PermissionsTestProvider}. */
export interface PermissionsTestProviderProps extends TestPermissions, CachePolicy {
  /** The components under test. */
  readonly children: ReactNode;
  /** The app's `principal` option, without `enrich`: use `attr` of the user instead. */
  readonly principal?: Omit<PrincipalOptions, "enrich">;
  /** Whether checks are made while nobody is signed in. Default: false. */
  readonly anonymous?: boolean;
  /** The cache. Default: that of the nearest QueryClientProvider, else a new one. */
  readonly queryClient?: QueryClient;
}

/**
 * Replaces PermissionsProvider in tests and Storybook: any user with any rights, without Kinde, a PDP or a token.
 * Several of them on one page share nothing.
 *
 * @throws AuthzError `invalid_option` if an option has the wrong type
 */
export function PermissionsTestProvider(props: PermissionsTestProviderProps): ReactNode {
  const [state] = useState(() => new ProviderState());
  return <ProviderIn state={state} {...props} />;
}

const NOTHING: TestRules = {};
const SOMEBODY: TestUser = {};

/** The provider, for a state that outlives it. */
export function ProviderIn({
  state,
  children,
  user = SOMEBODY,
  can = NOTHING,
  plan,
  delayMs = 0,
  principal,
  anonymous = false,
  queryClient,
  staleTime,
  gcTime = 300_000,
  maxAge,
}: PermissionsTestProviderProps & { readonly state: ProviderState }): ReactNode {
  const appClient = useContext(QueryClientContext);
  const client = queryClient ?? appClient ?? state.ownClient;
  const ofPrincipal = usePrincipal(principal, user);
  // Set during render, because the components below make their checks in the same render.
  state.setUser(user, { principal: ofPrincipal });
  const named = state.pdp({ can, plan, delayMs, place: "PermissionsTestProvider" });
  state.answerAtOnce(named, client, gcTime);
  useEffect(() => state.answerAtOnce(named, client, gcTime), [state, named, client, gcTime]);
  useEffect(() => state.source.notify());
  return (
    <PermissionsProvider
      staleTime={staleTime}
      gcTime={gcTime}
      maxAge={maxAge}
      pdp={named.pdp}
      pdpName={named.pdpName}
      source={state.source}
      principal={ofPrincipal}
      anonymous={anonymous}
      queryClient={client}
      maxResources={1}
      maxActions={1}
      maxInFlight={100}
    >
      {children}
    </PermissionsProvider>
  );
}

/** Returns the app's `principal` option, with the test user's `attr` added to the attributes from the token. */
function usePrincipal(principal: PermissionsTestProviderProps["principal"], user: SignedIn): PrincipalOptions {
  const attr = user === null || user === "loading" ? undefined : JSON.stringify(user.attr);
  return useMemo(() => {
    if (attr === undefined) return principal ?? {};
    const map: PrincipalOptions["map"] = (claims, made) => {
      const own = { ...made, attr: { ...made.attr, ...JSON.parse(attr) } };
      return principal?.map?.(claims, own) ?? own;
    };
    return { ...principal, map };
  }, [principal, attr]);
}
