import { useSyncExternalStore } from "react";
import { NO_TRIAL, type Trial } from "./trial.ts";
import { WhatIf } from "./what-if.ts";

/** What is tried out on this page: one for all panels, and for the banner. */
export const whatIf: WhatIf = /* @__PURE__ */ new WhatIf();

const NONE: ReadonlyMap<number, Trial> = new Map();

/** What is tried out with each provider, as it is now. */
export function useTrials(): ReadonlyMap<number, Trial> {
  return useSyncExternalStore(whatIf.subscribe, whatIf.trials, () => NONE);
}

/** What is tried out with a provider, as it is now. */
export function useTrial(providerId: number): Trial {
  return useTrials().get(providerId) ?? NO_TRIAL;
}
