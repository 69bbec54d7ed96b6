import { AuthzError, type CheckOptions, type Decision, prepareCheck, preparePlanQuery } from "@kinde-cerbos/core";
import { type SimulatedAnswers } from "@kinde-cerbos/react/internal";
import { createDelay } from "./delay.ts";
import { type Outcome, outcomeOf, type Place, type Scenario } from "./scenario.ts";

/** The call id of a simulated decision or plan. */
const CALL_ID = "what-if";

/** Answers checks and plans with the outcome of the current scenario, or with the real authorizer if it has none. */
export function simulatedAnswers(currentScenario: () => Scenario): SimulatedAnswers {
  const delay = createDelay();
  /** Waits or throws as the outcome requires. Resolves if an answer is still needed. */
  const simulate = async (outcome: Outcome | null, delayMs: number, { signal }: CheckOptions = {}): Promise<void> => {
    if (outcome === "pending") await untilAborted(signal);
    if (outcome === "slow") await Promise.race([delay(delayMs), untilAborted(signal)]);
    if (outcome === "error") throw simulatedError("check_refused", "refuses this check");
    if (outcome === "down") throw simulatedError("pdp_unavailable", "is down");
  };
  return {
    async check(real, check, options) {
      const { action, resource } = prepareCheck(check);
      const { kind, id } = resource;
      const scenario = currentScenario();
      const outcome = outcomeOf(scenario, { action, kind, id });
      await simulate(outcome, scenario.delayMs, options);
      if (outcome !== "allow" && outcome !== "deny") return real.check(check, options);
      return simulatedDecision(outcome, { action, kind, id });
    },
    async plan(real, query, options) {
      const { all, delayMs } = currentScenario();
      await simulate(all, delayMs, options);
      if (all !== "allow" && all !== "deny") return real.plan(query, options);
      const { actions, resource } = preparePlanQuery(query);
      const { kind: resourceKind, ...given } = resource;
      const kind = all === "allow" ? "ALWAYS_ALLOWED" : "ALWAYS_DENIED";
      return { kind, actions, resourceKind, ...given, validationErrors: [], callId: CALL_ID };
    },
  };
}

/** Returns a simulated decision. */
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
  return new AuthzError(
    code,
    `The devtools simulate that Cerbos ${what}. To end the simulation, choose “Undo” in the banner on the page.`,
  );
}

/** Rejects when the caller aborts. Otherwise it never settles. */
async function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new AuthzError("aborted", "The caller aborted a check that the devtools delayed."));
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
