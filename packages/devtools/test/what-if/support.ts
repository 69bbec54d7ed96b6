import { type Authorizer, createAuthorizer, createSession, type Decision, type PdpRequest } from "@kinde-cerbos/core";
import { type InspectedProvider, KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { type Query, QueryClient } from "@tanstack/react-query";

export const DOCUMENT = { kind: "document", id: "1" } as const;

/** Returns an authorizer for a PDP that denies everything, and its requests. */
export async function realAuthorizer(): Promise<{ real: Authorizer; requests: PdpRequest[] }> {
  const requests: PdpRequest[] = [];
  const pdp = {
    checkResources: async (request: PdpRequest) => {
      requests.push(request);
      return {
        cerbosCallId: "real",
        results: request.resources.map(({ resource, actions }) => ({
          resource: { kind: resource.kind, id: resource.id },
          actions: Object.fromEntries(actions.map((action) => [action, "EFFECT_DENY"])),
        })),
      };
    },
  };
  return { real: createAuthorizer({ pdp, session: await createSession(null) }), requests };
}

/** Returns a cache with real decisions on these actions, and a provider that uses it. */
export function cacheOf(...actions: readonly string[]): { queryClient: QueryClient; provider: InspectedProvider } {
  const queryClient = new QueryClient();
  for (const action of actions) {
    const queryKey = keyOf(action, "real");
    const state = { ...new QueryClient().getQueryCache().build(queryClient, { queryKey }).state };
    queryClient
      .getQueryCache()
      .build(
        queryClient,
        { queryKey, meta: { [KEY_PREFIX]: 7 } },
        { ...state, data: decisionOn(action), dataUpdatedAt: 1000, status: "success" },
      );
  }
  const session = {
    status: "authenticated",
    id: "s",
    principal: null,
    orgCode: null,
    expiresAt: null,
    error: null,
  } as const;
  const provider = { id: 1, session, claims: null, pdpName: "real", address: undefined, names: undefined, queryClient };
  return { queryClient, provider };
}

export function keyOf(action: string, pdpName: string): readonly string[] {
  return [KEY_PREFIX, "s", "decision", "document", "1", action, "{}", pdpName];
}

export function queryOf(queryClient: QueryClient, action: string, pdpName: string): Query | undefined {
  return queryClient.getQueryCache().find({ queryKey: keyOf(action, pdpName) });
}

export function decisionOn(action: string): Decision {
  return { allowed: false, action, resource: DOCUMENT, outputs: [], validationErrors: [], callId: "real" };
}
