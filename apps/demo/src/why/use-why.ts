import { type Check, createAuthorizer, type Resource } from "@kinde-cerbos/core";
import { useAuthorizer } from "@kinde-cerbos/react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type ActionPolicy } from "../../data/policy-rule.ts";
import { usePdpWay } from "../pdp/pdp-way.tsx";
import { explain, type Explanation } from "./explanation.ts";

/** A check that is to be explained. */
export interface ExplainedCheck {
  readonly action: Check["action"];
  readonly resource: Resource;
}

/**
 * Why a check is decided as it is. It checks once more, this time with Cerbos' reasons, so it explains the decision of
 * now. Beside it, it requests the plan for the action, and reads the policy that Cerbos names.
 */
export function useWhy({ action, resource }: ExplainedCheck): UseQueryResult<Explanation> {
  const session = useAuthorizer()?.session;
  const { way, pdp } = usePdpWay();
  return useQuery({
    queryKey: ["why", session?.id, way, action, resource],
    queryFn: async ({ signal }) => {
      if (!session) throw new Error("Nobody is signed in.");
      const { kind, policyVersion, scope } = resource;
      const authorizer = createAuthorizer({ pdp, session, includeMetadata: true });
      const [decision, plan] = await Promise.all([
        authorizer.check({ action, resource }, { signal }),
        authorizer.plan({ kind, policyVersion, scope, action }, { signal }),
      ]);
      const policy = await fetchPolicy(decision.metadata?.matchedPolicy, action, signal);
      return explain({ decision, roles: session.principal?.roles ?? [], policy, plan, resource });
    },
    enabled: session !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

async function fetchPolicy(
  policy: string | undefined,
  action: string,
  signal: AbortSignal,
): Promise<ActionPolicy | null> {
  if (policy === undefined) return null;
  const response = await fetch(`/api/policy-rules?${new URLSearchParams({ policy, action })}`, { signal });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the playground's own server
  return response.ok ? ((await response.json()) as ActionPolicy) : null;
}
