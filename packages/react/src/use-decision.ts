import { AuthzError, type Check, type Decision } from "@kinde-cerbos/core";
import { skipToken, useQuery } from "@tanstack/react-query";

import { type DecisionQuery, decisionQuery, KEY_PREFIX } from "./decision-query.ts";
import { type Asking, AskingContext, useProvided } from "./permissions-context.ts";

/** What is known of a check. `allowed` is true when the PDP allowed it, and in no other case. */
export type CanResult =
  | {
      readonly status: "pending";
      readonly allowed: false;
      readonly isPending: true;
      readonly decision: null;
      readonly error: null;
    }
  | {
      readonly status: "allowed";
      readonly allowed: true;
      readonly isPending: false;
      readonly decision: Decision;
      readonly error: null;
    }
  | {
      readonly status: "denied";
      readonly allowed: false;
      readonly isPending: false;
      readonly decision: Decision;
      readonly error: null;
    }
  | {
      readonly status: "error";
      readonly allowed: false;
      readonly isPending: false;
      readonly decision: null;
      readonly error: Error;
    };

const PENDING: CanResult = {
  status: "pending",
  allowed: false,
  isPending: true,
  decision: null,
  error: null,
};

/** Observed where there is nothing to ask. Without data it is of no use to anyone, so it is not kept. */
const NOTHING: DecisionQuery = {
  queryKey: [KEY_PREFIX, "", "decision", "", "", "", ""],
  queryFn: skipToken,
  gcTime: 0,
};

/** Observes one decision in the cache, and asks for it when it is not there. Every hook goes through here. */
export function useDecision(check: Check, isEnabled: boolean, hook: string): CanResult {
  const asking = useProvided(AskingContext, hook);
  const query = planQuery(asking, check, isEnabled);
  const { data, error } = useQuery(
    query instanceof Error || query === null ? NOTHING : query,
    asking.queryClient,
  );
  if (query instanceof Error) return failed(query);
  if (query === null) return PENDING;
  // An error outdates the decision before it: what cannot be confirmed is not allowed.
  if (error) return failed(error);
  return data ? decided(data) : PENDING;
}

/** The query to observe; an error if it cannot be asked, `null` if it is not to be asked now. */
function planQuery(asking: Asking, check: Check, isEnabled: boolean): DecisionQuery | Error | null {
  if (!isEnabled) return null;
  if (asking.error) return asking.error;
  if (!asking.authorizer || !asking.isCurrent()) return null;
  try {
    return decisionQuery(asking.authorizer, check);
  } catch (error) {
    if (error instanceof AuthzError) return error;
    throw error;
  }
}

function decided(decision: Decision): CanResult {
  return decision.allowed
    ? { status: "allowed", allowed: true, isPending: false, decision, error: null }
    : { status: "denied", allowed: false, isPending: false, decision, error: null };
}

function failed(error: Error): CanResult {
  return { status: "error", allowed: false, isPending: false, decision: null, error };
}
