import { type InspectedProvider, inspection, simulatedName, type SimulatedAnswers } from "@kinde-cerbos/react/internal";
import { type TokenSource } from "@kinde-cerbos/react/source";
import { simulatedAnswers } from "./simulated-answers.ts";
import { applyChange, copyReal, removeSimulated, type SimulatedCache } from "./simulated-cache.ts";
import { isNothing, NO_TRIAL, type Outcome, type Place, type Trial, type Viewed, withOverride } from "./trial.ts";

/** The name of a simulation, as part of what its decisions are cached under: two providers may have one cache. */
function nameOf(providerId: number): string {
  return `what if ${providerId}`;
}

/** A provider with which something is tried out. */
interface Running {
  readonly cache: SimulatedCache;
  /** The same object until the end: the provider goes on as it is when the trial changes. */
  readonly answers: SimulatedAnswers;
  readonly source: TokenSource | undefined;
  readonly trial: Trial;
}

/** What is tried out with the providers of the page. All of it is in memory, and a reload ends it. */
export class WhatIf {
  #running: ReadonlyMap<number, Running> = new Map();
  #trials: ReadonlyMap<number, Trial> = new Map();
  /** Caches of trials that have ended, by provider, until the provider shows the real one again. */
  readonly #left = new Map<number, SimulatedCache>();
  readonly #listeners = new Set<() => void>();
  #isWatching = false;

  /** Calls `listener` after each change. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The trials by provider: the same map until something has changed. */
  readonly trials = (): ReadonlyMap<number, Trial> => this.#trials;

  trialOf(providerId: number): Trial {
    return this.#trials.get(providerId) ?? NO_TRIAL;
  }

  /** Chooses the outcome of a check by hand; `null` gives it back to the PDP. */
  override(provider: InspectedProvider, place: Place, outcome: Outcome | null): void {
    const { overrides } = this.trialOf(provider.id);
    this.#change(provider, { overrides: withOverride(overrides, place, outcome) });
  }

  /** Gives all decisions that were overridden back to the PDP. */
  clearOverrides(provider: InspectedProvider): void {
    this.#change(provider, { overrides: NO_TRIAL.overrides });
  }

  /** Chooses the outcome of all checks that are not overridden; `null` gives them back to the PDP. */
  simulateAll(provider: InspectedProvider, all: Outcome | null, delayMs: number): void {
    this.#change(provider, { all, delayMs });
  }

  /** Gives the page the rights of another user. */
  viewAs(provider: InspectedProvider, viewed: Viewed, source: TokenSource): void {
    this.#change(provider, { viewed }, source);
  }

  stopViewing(provider: InspectedProvider): void {
    this.#change(provider, { viewed: null }, undefined);
  }

  /** Ends everything that is tried out with a provider. */
  undo(providerId: number): void {
    if (!this.#running.has(providerId)) return;
    inspection?.simulate(providerId, null);
    this.#forget(providerId);
  }

  #change(
    provider: InspectedProvider,
    part: Partial<Trial>,
    source: TokenSource | undefined = part.viewed === null ? undefined : this.#running.get(provider.id)?.source,
  ): void {
    const { id } = provider;
    const before = this.trialOf(id);
    const trial = { ...before, ...part };
    if (isNothing(trial)) return this.undo(id);
    const { cache, answers } = this.#running.get(id) ?? this.#begin(provider);
    // First: what is sent again by the change is answered by it.
    this.#set(new Map(this.#running).set(id, { cache, answers, source, trial }));
    applyChange(cache, before, trial);
    inspection?.simulate(id, { name: nameOf(id), answers, ...(source && { source }) });
    this.#tell();
  }

  #begin({ id, pdpName: realName, queryClient }: InspectedProvider): Pick<Running, "cache" | "answers"> {
    if (!this.#isWatching) inspection?.subscribe(() => this.#look());
    this.#isWatching = true;
    const cache = this.#left.get(id) ?? { queryClient, realName, name: simulatedName(realName, { name: nameOf(id) }) };
    this.#left.delete(id);
    // Such as one that a persisted cache has brought back.
    removeSimulated(cache);
    copyReal(cache);
    return { cache, answers: simulatedAnswers(() => this.trialOf(id)) };
  }

  /** Notes what has ended elsewhere, such as with a provider or by a sign-out, and cleans up after what has ended. */
  #look(): void {
    const shown = inspection?.providers() ?? [];
    for (const [id, { answers, cache }] of this.#running) {
      const provider = shown.find((one) => one.id === id);
      if (inspection?.simulationOf(id)?.answers !== answers) this.#forget(id);
      else if (provider && !isOf(cache, provider)) this.undo(id);
    }
    for (const [id, cache] of this.#left) {
      if (shown.some((provider) => provider.id === id && provider.pdpName === cache.name)) continue;
      this.#left.delete(id);
      removeSimulated(cache);
    }
  }

  #forget(id: number): void {
    const rest = new Map(this.#running);
    const running = rest.get(id);
    if (running) this.#left.set(id, running.cache);
    rest.delete(id);
    this.#set(rest);
    this.#tell();
  }

  #set(running: ReadonlyMap<number, Running>): void {
    this.#running = running;
    this.#trials = new Map([...running].map(([id, { trial }]) => [id, trial]));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a provider has the cache and the PDP that it had when the trial began. */
function isOf({ queryClient, realName, name }: SimulatedCache, provider: InspectedProvider): boolean {
  return provider.queryClient === queryClient && [realName, name].includes(provider.pdpName);
}
