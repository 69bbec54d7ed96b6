import {
  type Authorizer,
  type Check,
  type CheckOptions,
  type Decision,
  type KindeClaims,
  type Plan,
  type PlanQuery,
} from "@kinde-cerbos/core";
import { type PdpObserver, type PolicyNames } from "@kinde-cerbos/core/internal";
import { type QueryClient } from "@tanstack/react-query";
import { ownerOf } from "../cache/cache-owner.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { type PermissionsSession } from "./permissions-context.ts";
import { keepUser } from "./use-forget-users.ts";

/** A provider on the page, as devtools see it: another object whenever something about it has changed. */
export interface InspectedProvider {
  /** Stays the same as long as the provider is mounted. */
  readonly id: number;
  readonly session: PermissionsSession;
  /** `null` if there is no session, or nobody is signed in. */
  readonly claims: KindeClaims | null;
  /** The name under which decisions are cached now: that of a simulation while there is one. */
  readonly pdpName: string;
  /** The PDP's address, if its client has one. */
  readonly address: string | undefined;
  readonly names: PolicyNames | undefined;
  readonly queryClient: QueryClient;
}

/** Answers in place of an authorizer. It may call the real one. */
export interface SimulatedAnswers {
  check(real: Authorizer, check: Check, options?: CheckOptions): Promise<Decision>;
  plan(real: Authorizer, query: PlanQuery, options?: CheckOptions): Promise<Plan>;
}

/**
 * Changes what a provider does while a developer tries something out. Ends when the app's own user changes or signs
 * out.
 */
export interface Simulation {
  /** Part of the name under which its decisions are cached, so that none is taken for a real one. */
  readonly name: string;
  /** Answers checks and plans in place of the real authorizer. */
  readonly answers?: SimulatedAnswers;
  /** The source of the simulated user's token. The decisions of the app's own user stay in the cache meanwhile. */
  readonly source?: TokenSource;
}

/** The name under which a PDP's decisions are cached during a simulation. */
export function simulatedName(pdpName: string, { name }: Simulation): string {
  return `${pdpName} (${name})`;
}

/** Called for each attempt of a request, with the provider that sends it. */
export type RequestObserver = (
  providerId: number,
  ...seen: Parameters<PdpObserver["onRequest"]>
) => ReturnType<PdpObserver["onRequest"]>;

/** All providers of the page, for devtools. Not in production. */
export class Inspection {
  #lastId = 0;
  readonly #shown = new Map<number, InspectedProvider>();
  readonly #simulations = new Map<number, Simulation>();
  /** Functions that stop keeping the decisions of a provider's own user, while it shows another user's. */
  readonly #keeping = new Map<number, () => void>();
  readonly #observers = new Set<RequestObserver>();
  readonly #listeners = new Set<() => void>();
  #providers: readonly InspectedProvider[] = [];
  #isTellingDue = false;

  newId(): number {
    return (this.#lastId += 1);
  }

  /** The mounted providers: the same array until something has changed. */
  readonly providers = (): readonly InspectedProvider[] => this.#providers;

  /** Calls `listener` after changes of providers and simulations. Returns a function that ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Shows a provider as it is now. Returns a function that removes it. */
  show(provider: InspectedProvider): () => void {
    this.#shown.set(provider.id, provider);
    this.#tell();
    return () => {
      this.#shown.delete(provider.id);
      this.#tell();
    };
  }

  /** Calls `observer` for each attempt of a request from now on. Returns a function that ends that. */
  observe(observer: RequestObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** The observer of a provider's requests; `null` if there is none. */
  observerOf(id: number): PdpObserver | null {
    const observers = [...this.#observers];
    if (observers.length === 0) return null;
    return {
      onRequest: (seen) => {
        const ends = observers.map((observer) => observer(id, seen));
        return (outcome) => ends.forEach((end) => end(outcome));
      },
    };
  }

  simulationOf(id: number): Simulation | null {
    return this.#simulations.get(id) ?? null;
  }

  /** Starts a simulation in a provider; `null` ends it. */
  simulate(id: number, simulation: Simulation | null): void {
    if (simulation) this.#simulations.set(id, simulation);
    else this.#simulations.delete(id);
    if (simulation?.source) this.#keepOwnUser(id);
    else this.#forgetOwnUser(id);
    this.#tell();
  }

  #keepOwnUser(id: number): void {
    const shown = this.#shown.get(id);
    if (!shown || this.#keeping.has(id)) return;
    const { queryClient, session, claims } = shown;
    if (session.id !== null) this.#keeping.set(id, keepUser(queryClient, session.id, ownerOf({ claims })));
  }

  #forgetOwnUser(id: number): void {
    this.#keeping.get(id)?.();
    this.#keeping.delete(id);
  }

  /** Calls the listeners once for all changes of a task. */
  #tell(): void {
    if (this.#isTellingDue) return;
    this.#isTellingDue = true;
    queueMicrotask(() => {
      this.#isTellingDue = false;
      this.#providers = [...this.#shown.values()].toSorted((one, other) => one.id - other.id);
      for (const listener of this.#listeners) listener();
    });
  }
}

export const inspection: Inspection = /* @__PURE__ */ new Inspection();
