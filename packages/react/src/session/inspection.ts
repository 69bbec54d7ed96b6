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
  /** The name that decisions are cached under now: that of a simulation while there is one. */
  readonly pdpName: string;
  /** Where the PDP is, if its client tells. */
  readonly address: string | undefined;
  readonly names: PolicyNames | undefined;
  readonly queryClient: QueryClient;
}

/** What answers in place of an authorizer. It may ask the real one. */
export interface SimulatedAnswers {
  check(real: Authorizer, check: Check, options?: CheckOptions): Promise<Decision>;
  plan(real: Authorizer, query: PlanQuery, options?: CheckOptions): Promise<Plan>;
}

/** What a provider does otherwise while something is tried out: until the app's own user is another one, or nobody. */
export interface Simulation {
  /** Part of the name that its decisions are cached under, so that none of them is taken for a real one. */
  readonly name: string;
  /** Answers checks in place of the real authorizer, and plans. */
  readonly answers?: SimulatedAnswers;
  /** Whose token it is. The decisions of the app's own user stay in the cache meanwhile. */
  readonly source?: TokenSource;
}

/** What a PDP's decisions are cached under while something is tried out. */
export function simulatedName(pdpName: string, { name }: Simulation): string {
  return `${pdpName} (${name})`;
}

/** Sees each attempt of a request, and which provider's it is. */
export type RequestObserver = (
  providerId: number,
  ...seen: Parameters<PdpObserver["onRequest"]>
) => ReturnType<PdpObserver["onRequest"]>;

/** All providers of the page, for devtools. In production there is none of it. */
export class Inspection {
  #lastId = 0;
  readonly #shown = new Map<number, InspectedProvider>();
  readonly #simulations = new Map<number, Simulation>();
  /** Ends that the decisions of a provider's own user are kept, while it shows another one's. */
  readonly #keeping = new Map<number, () => void>();
  readonly #observers = new Set<RequestObserver>();
  readonly #listeners = new Set<() => void>();
  #providers: readonly InspectedProvider[] = [];
  #isTellingDue = false;

  newId(): number {
    return (this.#lastId += 1);
  }

  /** Those that are mounted: the same array until something has changed. */
  readonly providers = (): readonly InspectedProvider[] => this.#providers;

  /** Calls `listener` after changes of providers and simulations. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Shows a provider as it is now. Returns what takes it away. */
  show(provider: InspectedProvider): () => void {
    this.#shown.set(provider.id, provider);
    this.#tell();
    return () => {
      this.#shown.delete(provider.id);
      this.#tell();
    };
  }

  /** Calls `observer` for each attempt of a request from now on. Returns what ends that. */
  observe(observer: RequestObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** What sees the requests of a provider; `null` if nothing does. */
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

  /** From now on a provider does otherwise; `null` ends that. */
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

  /** Tells of all that changes in a task once. */
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
