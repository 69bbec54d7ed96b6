"use client";

import { type PrincipalOptions } from "@kinde-cerbos/core";
import { type CachePolicy, PermissionsProvider } from "@kinde-cerbos/react/source";
import { type QueryClient, QueryClientContext } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { type TestRules } from "../answer/rules.ts";
import { type TestPlans } from "../answer/test-plans.ts";
import { type TestUser } from "../user/test-user.ts";
import { type SignedIn } from "../user/user-source.ts";
import { TestWorld } from "./test-world.ts";

/** The user of a test, and the answers to their checks. */
export interface TestPermissions {
  /**
   * The signed-in user; `null` means signed out, `"loading"`: the session is still loading. Default: `{}`, a user
   * without roles and permissions.
   */
  readonly user?: TestUser | null | "loading" | undefined;
  /**
   * The rules that answer checks. A check that no rule matches is denied, with a warning on the console. Default: no
   * rules.
   */
  readonly can?: TestRules | undefined;
  /** Answers `usePlan`. Default: a plan is an error. */
  readonly plan?: TestPlans | undefined;
  /** Delays each answer by this many ms. Default: 0, so known answers are there in the first render. */
  readonly delayMs?: number | undefined;
}

/** Props of {@link PermissionsTestProvider}. */
export interface PermissionsTestProviderProps extends TestPermissions, CachePolicy {
  /** The components under test. */
  readonly children: ReactNode;
  /** The same as in your app, without `enrich`: use `attr` of the user instead. */
  readonly principal?: Omit<PrincipalOptions, "enrich">;
  /** Whether checks are made while nobody is signed in, too, as in the app. Default: false. */
  readonly anonymous?: boolean;
  /** The cache. Default: the one of the nearest QueryClientProvider, else a new one. */
  readonly queryClient?: QueryClient;
}

/**
 * Replaces PermissionsProvider in tests and Storybook: any user with any rights, without Kinde, a PDP or a token.
 * Several of them on one page do not share anything.
 *
 * @throws AuthzError `invalid_option` if an option has the wrong type
 */
export function PermissionsTestProvider(props: PermissionsTestProviderProps): ReactNode {
  const [world] = useState(() => new TestWorld());
  return <ProviderIn world={world} {...props} />;
}

const NOTHING: TestRules = {};
const SOMEBODY: TestUser = {};

/** The provider of a world that outlives it. */
export function ProviderIn({
  world,
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
}: PermissionsTestProviderProps & { readonly world: TestWorld }): ReactNode {
  const appClient = useContext(QueryClientContext);
  const client = queryClient ?? appClient ?? world.ownClient;
  const ofPrincipal = usePrincipal(principal, user);
  // In render: the components below it ask in theirs.
  world.become(user, { principal: ofPrincipal });
  const named = world.pdp({ can, plan, delayMs, place: "PermissionsTestProvider" });
  world.answerAtOnce(named, client, gcTime);
  useEffect(() => world.answerAtOnce(named, client, gcTime), [world, named, client, gcTime]);
  useEffect(() => world.source.notify());
  return (
    <PermissionsProvider
      staleTime={staleTime}
      gcTime={gcTime}
      maxAge={maxAge}
      pdp={named.pdp}
      pdpName={named.pdpName}
      source={world.source}
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

/** The app's options, with the attributes that a test user has beside those of the token. */
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
