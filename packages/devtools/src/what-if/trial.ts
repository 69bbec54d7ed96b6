/** How a check ends while something is tried out. */
export type Outcome = "allow" | "deny" | "pending" | "error" | "slow" | "down";

/** Another user of the local Kinde, in one of their organizations. */
export interface Viewed {
  readonly person: string;
  /** Their name, for people to read. */
  readonly name: string;
  /** Code of the organization; `null` if they have none. */
  readonly organization: string | null;
}

/** What is tried out with one provider. */
export interface Trial {
  /** The outcomes that were chosen by hand, by {@link placeOf}. */
  readonly overrides: ReadonlyMap<string, Outcome>;
  /** The outcome of all other checks, and of plans; `null` for the real one. */
  readonly all: Outcome | null;
  /** How much later a slow answer comes, in ms. */
  readonly delayMs: number;
  /** Whose rights the page has; `null` for those of the app's own user. */
  readonly viewed: Viewed | null;
}

export const NO_TRIAL: Trial = { overrides: new Map(), all: null, delayMs: 2000, viewed: null };

/** What an override is about: an action on a resource, whatever its attributes are. */
export interface Place {
  readonly action: string;
  readonly kind: string;
  readonly id: string;
}

/** A text that equal places have, and no others. */
export function placeOf({ action, kind, id }: Place): string {
  return JSON.stringify([action, kind, id]);
}

/** How a check ends; `null` if the PDP decides it as ever. */
export function outcomeOf({ overrides, all }: Trial, place: Place): Outcome | null {
  return overrides.get(placeOf(place)) ?? all;
}

/** Whether a check ends otherwise than the PDP decides. An answer that is only late is still the PDP's. */
export function isDecidedBy(trial: Trial, place: Place): boolean {
  const outcome = outcomeOf(trial, place);
  return outcome !== null && outcome !== "slow";
}

/** A trial with another outcome of one check; `null` takes the override away. */
export function withOverride(overrides: Trial["overrides"], place: Place, outcome: Outcome | null): Trial["overrides"] {
  const next = new Map(overrides);
  if (outcome === null) next.delete(placeOf(place));
  else next.set(placeOf(place), outcome);
  return next;
}

/** Whether nothing is tried out. */
export function isNothing({ overrides, all, viewed }: Trial): boolean {
  return overrides.size === 0 && all === null && viewed === null;
}
