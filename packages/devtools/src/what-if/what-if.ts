import { type InspectedProvider, inspection, simulatedName, type SimulatedAnswers } from "@kinde-cerbos/react/internal";
import { type TokenSource } from "@kinde-cerbos/react/source";
import {
  isNothing,
  NO_SCENARIO,
  type Outcome,
  type Place,
  type Scenario,
  type Viewed,
  withOverride,
} from "./scenario.ts";
import { simulatedAnswers } from "./simulated-answers.ts";
import { applyChange, copyReal, removeSimulated, type SimulatedCache } from "./simulated-cache.ts";

/** Returns the name of a simulation, which is part of its cache keys, because two providers may share one cache. */
function nameOf(providerId: number): string {
  return `what if ${providerId}`;
}

/** A running simulation of a provider. */
interface Running {
  readonly cache: SimulatedCache;
  /** The same object until the simulation ends, so that the provider does not restart when the scenario changes. */
  readonly answers: SimulatedAnswers;
  readonly source: TokenSource | undefined;
  readonly scenario: Scenario;
}

/** The simulations of the page's providers. They are only in memory, so a reload ends them. */
export class WhatIf {
  #running: ReadonlyMap<number, Running> = new Map();
  #scenarios: ReadonlyMap<number, Scenario> = new Map();
  /** Caches of simulations that have ended, by provider, until the provider uses the real one again. */
  readonly #ended = new Map<number, SimulatedCache>();
  readonly #listeners = new Set<() => void>();
  #isWatching = false;

  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Returns the scenarios by provider. The map is the same until something changes. */
  readonly scenarios = (): ReadonlyMap<number, Scenario> => this.#scenarios;

  scenarioOf(providerId: number): Scenario {
    return this.#scenarios.get(providerId) ?? NO_SCENARIO;
  }

  /** Overrides the outcome of a check; `null` removes the override. */
  override(provider: InspectedProvider, place: Place, outcome: Outcome | null): void {
    const { overrides } = this.scenarioOf(provider.id);
    this.#change(provider, { overrides: withOverride(overrides, place, outcome) });
  }

  /** Removes all overrides. */
  clearOverrides(provider: InspectedProvider): void {
    this.#change(provider, { overrides: NO_SCENARIO.overrides });
  }

  /** Sets the outcome of all checks that are not overridden; `null` restores real decisions. */
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

  /** Ends the simulation of a provider. */
  undo(providerId: number): void {
    if (!this.#running.has(providerId)) return;
    inspection?.simulate(providerId, null);
    this.#forget(providerId);
  }

  #change(
    provider: InspectedProvider,
    part: Partial<Scenario>,
    source: TokenSource | undefined = part.viewed === null ? undefined : this.#running.get(provider.id)?.source,
  ): void {
    const { id } = provider;
    const before = this.scenarioOf(id);
    const scenario = { ...before, ...part };
    if (isNothing(scenario)) return this.undo(id);
    const { cache, answers } = this.#running.get(id) ?? this.#begin(provider);
    // Set first, because checks that the change sends again must use it.
    this.#set(new Map(this.#running).set(id, { cache, answers, source, scenario }));
    applyChange(cache, before, scenario);
    inspection?.simulate(id, { name: nameOf(id), answers, ...(source && { source }) });
    this.#notify();
  }

  #begin({ id, pdpName: realName, queryClient }: InspectedProvider): Pick<Running, "cache" | "answers"> {
    if (!this.#isWatching) inspection?.subscribe(() => this.#update());
    this.#isWatching = true;
    const cache = this.#ended.get(id) ?? { queryClient, realName, name: simulatedName(realName, { name: nameOf(id) }) };
    this.#ended.delete(id);
    // A persisted cache may have restored old simulated decisions.
    removeSimulated(cache);
    copyReal(cache);
    return { cache, answers: simulatedAnswers(() => this.scenarioOf(id)) };
  }

  /**
   * Ends simulations that ended elsewhere, such as by an unmounted provider or a sign-out, and removes their decisions.
   */
  #update(): void {
    const shown = inspection?.providers() ?? [];
    for (const [id, { answers, cache }] of this.#running) {
      const provider = shown.find((one) => one.id === id);
      if (inspection?.simulationOf(id)?.answers !== answers) this.#forget(id);
      else if (provider && !isOf(cache, provider)) this.undo(id);
    }
    for (const [id, cache] of this.#ended) {
      if (shown.some((provider) => provider.id === id && provider.pdpName === cache.name)) continue;
      this.#ended.delete(id);
      removeSimulated(cache);
    }
  }

  #forget(id: number): void {
    const rest = new Map(this.#running);
    const running = rest.get(id);
    if (running) this.#ended.set(id, running.cache);
    rest.delete(id);
    this.#set(rest);
    this.#notify();
  }

  #set(running: ReadonlyMap<number, Running>): void {
    this.#running = running;
    this.#scenarios = new Map([...running].map(([id, { scenario }]) => [id, scenario]));
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a provider still has the cache and PDP from when the simulation started. */
function isOf({ queryClient, realName, name }: SimulatedCache, provider: InspectedProvider): boolean {
  return provider.queryClient === queryClient && [realName, name].includes(provider.pdpName);
}
