"use client";

import { type Authorizer, type PolicyDecisionPoint, type Session } from "@kinde-cerbos/core";
import { addressOf, observedPdp, type PolicyNames } from "@kinde-cerbos/core/internal";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type TokenSource } from "../sources/token-source.ts";
import { inspection, type SimulatedAnswers, simulatedName } from "./inspection.ts";
import { type PermissionsSession } from "./permissions-context.ts";
import { useOwnUser } from "./use-own-user.ts";

/** The parts that devtools may watch or replace. */
interface Parts {
  readonly pdp: PolicyDecisionPoint;
  readonly pdpName: string;
  readonly source: TokenSource;
}

/** The parts that a provider uses. */
export interface Inspected extends Parts {
  /** The provider's id in devtools. */
  readonly id?: number;
  /** Wraps an authorizer so that it gives simulated answers. */
  readonly simulated?: ((real: Authorizer) => Authorizer) | undefined;
}

/** The parts of a provider as devtools watch or replace them. In development only. */
export function useInspected({ pdp, pdpName, source }: Parts): Inspected {
  const [id] = useState(() => inspection.newId());
  const simulation = useSyncExternalStore(inspection.subscribe, () => inspection.simulationOf(id), none);
  const observed = useMemo(() => observedPdp(pdp, () => inspection.observerOf(id)), [pdp, id]);
  useOwnUser(id, source, simulation);
  const answers = simulation?.answers;
  const simulated = useMemo(() => answers && ((real: Authorizer) => simulatedAuthorizer(real, answers)), [answers]);
  return {
    id,
    pdp: observed,
    pdpName: simulation?.answers ? simulatedName(pdpName, simulation) : pdpName,
    source: simulation?.source ?? source,
    simulated,
  };
}

const none = (): null => null;

/** An authorizer with simulated answers. The rest is the real one's. */
function simulatedAuthorizer(real: Authorizer, answers: SimulatedAnswers): Authorizer {
  const check: Authorizer["check"] = async (asked, options) => answers.check(real, asked, options);
  const own: Pick<Authorizer, "check" | "checkAll" | "plan"> = {
    check,
    checkAll: async (checks, options) => Promise.all(checks.map(async (asked) => check(asked, options))),
    plan: async (query, options) => answers.plan(real, query, options),
  };
  return Object.assign(Object.create(real), own);
}

/** Shows a provider to devtools as it is now. In development only. */
export function useShownProvider(
  id: number | undefined = 0,
  session: PermissionsSession,
  current: Session | null,
  pdpName: string,
  pdp: PolicyDecisionPoint | string,
  names: PolicyNames | undefined,
  queryClient: QueryClient,
): void {
  const claims = current?.claims ?? null;
  const address = typeof pdp === "string" ? pdp : addressOf(pdp);
  useEffect(
    () => inspection.show({ id, session, claims, pdpName, address, names, queryClient }),
    [id, session, claims, pdpName, address, names, queryClient],
  );
  // A simulation ends with its provider.
  useEffect(() => () => inspection.simulate(id, null), [id]);
}
