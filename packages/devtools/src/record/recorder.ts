import { type Decision, type KindeClaims, prepareCheck } from "@kinde-cerbos/core";
import { type SeenOutcome, type SeenRequest } from "@kinde-cerbos/core/internal";
import { inspection, type InspectedProvider } from "@kinde-cerbos/react/internal";
import { askedIn, type Attempt } from "./attempt.ts";
import { CacheHits } from "./cache-hits.ts";
import { sentEntries } from "./sent-entry.ts";

/** How many attempts are kept, how many answers, and how many sessions of a provider. */
const MAX_ATTEMPTS = 300;
const MAX_ANSWERS = 10_000;
const MAX_SESSIONS = 20;

/** A session of a provider, from when it was seen first. */
export interface SeenSession {
  /** In ms since the epoch. */
  readonly at: number;
  readonly session: InspectedProvider["session"];
  readonly claims: KindeClaims | null;
}

/** Keeps what the page's providers do, from the moment it is started. */
export class Recorder {
  readonly cacheHits = new CacheHits();
  #attempts: readonly Attempt[] = [];
  #sessions: ReadonlyMap<number, readonly SeenSession[]> = new Map();
  /** The newest answer to each check, with the metadata that came with it. */
  readonly #answers = new Map<string, Decision>();
  /** What was answered and is not in there yet: to read it takes a while, and nobody may ever want to know. */
  #unread: readonly Attempt[] = [];
  readonly #listeners = new Set<() => void>();
  #lastId = 0;

  /** Begins to record. Returns what ends that. */
  readonly start = (): (() => void) => {
    if (!inspection) return () => {};
    const look = (): void => {
      const providers = inspection?.providers() ?? [];
      this.cacheHits.watch(providers);
      this.#seeSessions(providers);
    };
    look();
    const ends = [
      inspection.subscribe(look),
      inspection.observe((providerId, seen) => {
        const begun = this.#begin(providerId, seen);
        return (outcome) => this.#end(begun, outcome);
      }),
      () => this.cacheHits.watch([]),
    ];
    return () => ends.forEach((end) => end());
  };

  /** Calls `listener` after each change. Returns what ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The newest attempts, in the order of their beginning: the same array until something has changed. */
  readonly attempts = (): readonly Attempt[] => this.#attempts;

  /** The sessions of a provider, the newest last: the same array until there is another one. */
  sessionsOf(providerId: number): readonly SeenSession[] {
    return this.#sessions.get(providerId) ?? NO_SESSIONS;
  }

  /** The newest answer to a check that was seen here, with its metadata. `resourceKey` is that of its query's key. */
  answerTo(providerId: number, action: string, resourceKey: string): Decision | undefined {
    for (const attempt of this.#unread) this.#read(attempt);
    this.#unread = [];
    return this.#answers.get(placeOf(providerId, action, resourceKey));
  }

  /** Forgets all attempts. */
  clear(): void {
    this.#attempts = [];
    this.cacheHits.clear();
    this.#tell();
  }

  #begin(providerId: number, seen: SeenRequest): Attempt {
    const asked = askedIn(seen);
    const earlier = this.#attempts.findLast((attempt) => askedIn(attempt) === asked);
    const begun: Attempt = {
      ...seen,
      id: (this.#lastId += 1),
      providerId,
      tries: (earlier?.tries ?? 0) + 1,
      startedAt: Date.now(),
      endedAt: null,
      answer: undefined,
      error: null,
    };
    this.#attempts = [...this.#attempts.slice(1 - MAX_ATTEMPTS), begun];
    this.cacheHits.begin(providerId, begun.id);
    this.#tell();
    return begun;
  }

  #end(begun: Attempt, outcome: SeenOutcome): void {
    const ended: Attempt = { ...begun, endedAt: Date.now(), ...outcome };
    this.#attempts = this.#attempts.map((attempt) => (attempt.id === begun.id ? ended : attempt));
    this.#unread = [...this.#unread.slice(1 - MAX_ATTEMPTS), ended];
    this.#tell();
  }

  #seeSessions(providers: readonly InspectedProvider[]): void {
    const shown = new Set(providers.map(({ id }) => id));
    this.#sessions = new Map([...this.#sessions].filter(([id]) => shown.has(id)));
    for (const { id, session, claims } of providers) {
      const before = this.sessionsOf(id);
      if (before.at(-1)?.session === session && before.at(-1)?.claims === claims) continue;
      this.#sessions = new Map(this.#sessions).set(id, [
        ...before.slice(1 - MAX_SESSIONS),
        { at: Date.now(), session, claims },
      ]);
      this.#tell();
    }
  }

  #read(attempt: Attempt): void {
    for (const { resource, checks } of sentEntries(attempt)) {
      for (const { action, decision } of checks) {
        if (!decision) continue;
        const place = placeOf(attempt.providerId, action, prepareCheck({ action, resource }).resourceKey);
        // Put last: the one that was answered longest ago is forgotten first.
        this.#answers.delete(place);
        this.#answers.set(place, decision);
      }
    }
    for (const place of this.#answers.keys()) {
      if (this.#answers.size <= MAX_ANSWERS) break;
      this.#answers.delete(place);
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const NO_SESSIONS: readonly SeenSession[] = [];

function placeOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}
