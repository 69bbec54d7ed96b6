/** The simulated outcome of a check. */
export type Outcome = "allow" | "deny" | "pending" | "error" | "slow" | "down";

/** A user of the local Kinde to view the page as, in one of their organizations. */
export interface Viewed {
  readonly person: string;
  /** Their display name. */
  readonly name: string;
  /** Code of the organization; `null` if they have none. */
  readonly organization: string | null;
}

/** The simulated state of one provider. */
export interface Scenario {
  /** The outcomes of overridden checks, by {@link placeOf}. */
  readonly overrides: ReadonlyMap<string, Outcome>;
  /** The outcome of all other checks and of plans; `null` for real decisions. */
  readonly all: Outcome | null;
  /** The delay of slow answers, in ms. */
  readonly delayMs: number;
  /** The user whose rights the page has; `null` for the app's own user. */
  readonly viewed: Viewed | null;
}

export const NO_SCENARIO: Scenario = { overrides: new Map(), all: null, delayMs: 2000, viewed: null };

/** The target of an override: an action on a resource id, with any attributes. */
export interface Place {
  readonly action: string;
  readonly kind: string;
  readonly id: string;
}

/** Returns a unique text for a place. */
export function placeOf({ action, kind, id }: Place): string {
  return JSON.stringify([action, kind, id]);
}

/** Returns the outcome of a check; `null` if the PDP decides it. */
export function outcomeOf({ overrides, all }: Scenario, place: Place): Outcome | null {
  return overrides.get(placeOf(place)) ?? all;
}

/** Whether the result of a check is simulated. A delayed answer is still the PDP's. */
export function isDecidedBy(scenario: Scenario, place: Place): boolean {
  const outcome = outcomeOf(scenario, place);
  return outcome !== null && outcome !== "slow";
}

/** Returns the overrides with another outcome for one check; `null` removes its override. */
export function withOverride(
  overrides: Scenario["overrides"],
  place: Place,
  outcome: Outcome | null,
): Scenario["overrides"] {
  const next = new Map(overrides);
  if (outcome === null) next.delete(placeOf(place));
  else next.set(placeOf(place), outcome);
  return next;
}

/** Whether nothing is simulated. */
export function isNothing({ overrides, all, viewed }: Scenario): boolean {
  return overrides.size === 0 && all === null && viewed === null;
}
