import { AuthzError, type CheckOptions, type Decision, prepareCheck, preparePlanQuery } from "@kinde-cerbos/core";
import { type SimulatedAnswers } from "@kinde-cerbos/react/internal";
import { createDelay } from "./delay.ts";
import { type Outcome, outcomeOf, type Place, type Trial } from "./trial.ts";

/** What a decision or plan that no PDP has made has in place of Cerbos' call id. */
const CALL_ID = "what-if";

/** Answers as a trial says at the moment of the check. Where it says nothing, the real authorizer answers. */
export function simulatedAnswers(trialNow: () => Trial): SimulatedAnswers {
  const delay = createDelay();
  /** Ends as the outcome says; resolves if there is still an answer to give. */
  const play = async (outcome: Outcome | null, delayMs: number, { signal }: CheckOptions = {}): Promise<void> => {
    if (outcome === "pending") await untilAborted(signal);
    if (outcome === "slow") await Promise.race([delay(delayMs), untilAborted(signal)]);
    if (outcome === "error") throw simulatedError("check_refused", "refuses this check");
    if (outcome === "down") throw simulatedError("pdp_unavailable", "is down");
  };
  return {
    async check(real, check, options) {
      const { action, resource } = prepareCheck(check);
      const { kind, id } = resource;
      const trial = trialNow();
      const outcome = outcomeOf(trial, { action, kind, id });
      await play(outcome, trial.delayMs, options);
      if (outcome !== "allow" && outcome !== "deny") return real.check(check, options);
      return simulatedDecision(outcome, { action, kind, id });
    },
    async plan(real, query, options) {
      const { all, delayMs } = trialNow();
      await play(all, delayMs, options);
      if (all !== "allow" && all !== "deny") return real.plan(query, options);
      const { actions, resource } = preparePlanQuery(query);
      const { kind: resourceKind, ...given } = resource;
      const kind = all === "allow" ? "ALWAYS_ALLOWED" : "ALWAYS_DENIED";
      return { kind, actions, resourceKind, ...given, validationErrors: [], callId: CALL_ID };
    },
  };
}

/** A decision that no PDP has made. */
export function simulatedDecision(outcome: "allow" | "deny", { action, kind, id }: Place): Decision {
  return {
    allowed: outcome === "allow",
    action,
    resource: { kind, id },
    outputs: [],
    validationErrors: [],
    callId: CALL_ID,
  };
}

function simulatedError(code: "check_refused" | "pdp_unavailable", what: string): AuthzError {
  return new AuthzError(code, `The devtools simulate that Cerbos ${what}. Choose “Undo” there to end that.`);
}

/** Rejects once the caller gives up; else it never settles. */
async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new AuthzError("aborted", "The caller aborted a check that the devtools hold."));
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
