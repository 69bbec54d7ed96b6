"use client";

import { type Decision, type PdpPlanRequest, type PrincipalOptions } from "@kinde-cerbos/core";
import { type AnswerKey, type CachePolicy, PermissionsProvider, type TokenSource } from "@kinde-cerbos/react/source";
import { QueryClient, QueryClientContext } from "@tanstack/react-query";
import { type ReactNode, useContext, useMemo, useState } from "react";
import { answerAtOnce } from "../answer/answer-at-once.ts";
import { askedCheck } from "../answer/asked-check.ts";
import { Decider } from "../answer/decider.ts";
import { decisionOf } from "../answer/decision-of.ts";
import { type TestRules } from "../answer/rules.ts";
import { nextPdpName, testPdp } from "../answer/test-pdp.ts";
import { planAnswer, type TestPlans } from "../answer/test-plans.ts";
import { type TestUser } from "../user/test-user.ts";
import { createUserSource } from "../user/user-source.ts";
import { useSame } from "./use-same.ts";

/** Who is signed in, and what is allowed. */
export interface TestPermissions {
  /** Default: `{}`, a user without roles and permissions. `null` is nobody, `"loading"` not known yet. */
  readonly user?: TestUser | null | "loading" | undefined;
  /** What the PDP allows. What no rule matches is denied, with a warning on the console. Default: nothing. */
  readonly can?: TestRules | undefined;
  /** What the PDP plans, for `usePlan`. Default: a plan is an error. */
  readonly plan?: TestPlans | undefined;
  /** How long an answer takes, in ms. Default: 0, and an answer that is known is there in the first render. */
  readonly delayMs?: number | undefined;
}

/** A {@link TestPermissions}, and what the app's own provider has. */
export interface PermissionsTestProviderProps extends TestPermissions, CachePolicy {
  readonly children: ReactNode;
  /** As the app has it. What `enrich` adds is `attr` of the user here. */
  readonly principal?: Omit<PrincipalOptions, "enrich">;
  /** Default: the nearest QueryClientProvider's; if there is none, one of its own. */
  readonly queryClient?: QueryClient;
}

const NOTHING: TestRules = {};
const SOMEBODY: TestUser = {};

/**
 * Stands in for PermissionsProvider in tests and Storybook: any user with any rights, without Kinde, a PDP and a token.
 * Several of them on a page have nothing to do with each other.
 */
export function PermissionsTestProvider({
  children,
  user: given = SOMEBODY,
  can = NOTHING,
  plan,
  delayMs = 0,
  principal,
  queryClient,
  ...policy
}: PermissionsTestProviderProps): ReactNode {
  const appClient = useContext(QueryClientContext);
  const [ownClient] = useState(() => new QueryClient({ defaultOptions: { queries: { gcTime: Infinity } } }));
  const client = queryClient ?? appClient ?? ownClient;
  const user = useSame(given);
  const rules = useSame(can);
  const options = useMemo(() => ({ principal: withAttributes(principal, user) }), [principal, user]);
  const source = useMemo(() => createUserSource(user, options), [user, options]);
  // Other rules are another PDP: nothing that the page shows is of those before.
  const { checks, pdpName } = useMemo(() => {
    const decider = new Decider(rules);
    const name = nextPdpName();
    if (delayMs === 0) answerAtOnce(client, name, (key) => decisionFor(key, source, decider));
    return { pdpName: name, checks: testPdp(decider, delayMs) };
  }, [client, rules, source, delayMs]);
  const pdp = useMemo(
    () => ({ ...checks, planResources: async (request: PdpPlanRequest) => planAnswer(plan, request) }),
    [checks, plan],
  );
  return (
    <PermissionsProvider
      {...policy}
      pdp={pdp}
      pdpName={pdpName}
      source={source}
      principal={options.principal}
      queryClient={client}
      maxResources={1}
      maxActions={1}
      maxInFlight={100}
    >
      {children}
    </PermissionsProvider>
  );
}

/** The decision on the check of a query, if there is one at once. */
function decisionFor([, , , , , action, resource]: AnswerKey, source: TokenSource, decider: Decider): Decision | null {
  const snapshot = source.getSnapshot();
  if (!("session" in snapshot) || !snapshot.session) return null;
  const check = askedCheck(JSON.parse(resource), action, snapshot.session.principal);
  const answer = decider.answerAtOnce(check);
  return answer === null ? null : decisionOf(check, answer);
}

function withAttributes(
  principal: PermissionsTestProviderProps["principal"],
  user: TestUser | null | "loading",
): PrincipalOptions {
  const attr = user === null || user === "loading" ? undefined : user.attr;
  if (!attr) return principal ?? {};
  return {
    ...principal,
    map(claims, made) {
      const own = { ...made, attr: { ...made.attr, ...JSON.parse(JSON.stringify(attr)) } };
      return principal?.map?.(claims, own) ?? own;
    },
  };
}
