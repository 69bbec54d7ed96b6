import { useSyncExternalStore } from "react";
import { NO_SCENARIO, type Scenario } from "./scenario.ts";
import { WhatIf } from "./what-if.ts";

/** The page's simulations, shared by all panels and the banner. */
export const whatIf: WhatIf = /* @__PURE__ */ new WhatIf();

const NONE: ReadonlyMap<number, Scenario> = new Map();

/** Returns the current scenario of each provider. */
export function useScenarios(): ReadonlyMap<number, Scenario> {
  return useSyncExternalStore(whatIf.subscribe, whatIf.scenarios, () => NONE);
}

/** Returns the current scenario of a provider. */
export function useScenario(providerId: number): Scenario {
  return useScenarios().get(providerId) ?? NO_SCENARIO;
}
