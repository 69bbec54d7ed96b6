import { type Decision, type KindeClaims, prepareCheck } from "@kinde-cerbos/core";
import { type SeenOutcome, type SeenRequest } from "@kinde-cerbos/core/internal";
import { inspection, type InspectedProvider } from "@kinde-cerbos/react/internal";
import { requestOf, type Attempt } from "./attempt.ts";
import { CacheHits } from "./cache-hits.ts";
import { sentEntries } from "./sent-entry.ts";

/** The largest numbers of attempts, answers, and sessions of a provider to keep. */
const MAX_ATTEMPTS = 300;
const MAX_ANSWERS = 10_000;
const MAX_SESSIONS = 20;

/** A session of a provider, and when it started. */
export interface RecordedSession {
  /** When it was first recorded, in ms since the epoch. */
  readonly at: number;
  readonly session: InspectedProvider["session"];
  readonly claims: KindeClaims | null;
}

/** Records requests, answers and sessions of the page's providers, from `start` on. */
export class Recorder {
  readonly cacheHits = new CacheHits();
  #attempts: readonly Attempt[] = [];
  #sessions: ReadonlyMap<number, readonly RecordedSession[]> = new Map();
  /** The newest answer to each check, with its metadata. */
  readonly #answers = new Map<string, Decision>();
  /** Attempts whose answers are not in `#answers` yet. They are parsed only when needed, because that takes time. */
  #unread: readonly Attempt[] = [];
  readonly #listeners = new Set<() => void>();
  #lastId = 0;

  /** Starts recording. Returns a function that stops it. */
  readonly start = (): (() => void) => {
    if (!inspection) return () => {};
    const update = (): void => {
      const providers = inspection?.providers() ?? [];
      this.cacheHits.watch(providers);
      this.#recordSessions(providers);
    };
    update();
    const ends = [
      inspection.subscribe(update),
      inspection.observe((providerId, sent) => {
        const started = this.#begin(providerId, sent);
        return (outcome) => this.#end(started, outcome);
      }),
      () => this.cacheHits.watch([]),
    ];
    return () => ends.forEach((end) => end());
  };

  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Returns the newest attempts, in the order they started. The array is the same until something changes. */
  readonly attempts = (): readonly Attempt[] => this.#attempts;

  /** Returns the sessions of a provider, newest last. The array is the same until there is another session. */
  sessionsOf(providerId: number): readonly RecordedSession[] {
    return this.#sessions.get(providerId) ?? NO_SESSIONS;
  }

  /** Returns the newest recorded answer to a check, with its metadata. `resourceKey` is that of its query key. */
  answerTo(providerId: number, action: string, resourceKey: string): Decision | undefined {
    for (const attempt of this.#unread) this.#read(attempt);
    this.#unread = [];
    return this.#answers.get(placeOf(providerId, action, resourceKey));
  }

  /** Removes all attempts. */
  clear(): void {
    this.#attempts = [];
    this.cacheHits.clear();
    this.#notify();
  }

  #begin(providerId: number, sent: SeenRequest): Attempt {
    const request = requestOf(sent);
    const earlier = this.#attempts.findLast((attempt) => requestOf(attempt) === request);
    const started: Attempt = {
      ...sent,
      id: (this.#lastId += 1),
      providerId,
      tries: (earlier?.tries ?? 0) + 1,
      startedAt: Date.now(),
      endedAt: null,
      answer: undefined,
      error: null,
    };
    this.#attempts = [...this.#attempts.slice(1 - MAX_ATTEMPTS), started];
    this.cacheHits.begin(providerId, started.id);
    this.#notify();
    return started;
  }

  #end(started: Attempt, outcome: SeenOutcome): void {
    const ended: Attempt = { ...started, endedAt: Date.now(), ...outcome };
    this.#attempts = this.#attempts.map((attempt) => (attempt.id === started.id ? ended : attempt));
    this.#unread = [...this.#unread.slice(1 - MAX_ATTEMPTS), ended];
    this.#notify();
  }

  #recordSessions(providers: readonly InspectedProvider[]): void {
    const shown = new Set(providers.map(({ id }) => id));
    this.#sessions = new Map([...this.#sessions].filter(([id]) => shown.has(id)));
    for (const { id, session, claims } of providers) {
      const before = this.sessionsOf(id);
      if (before.at(-1)?.session === session && before.at(-1)?.claims === claims) continue;
      this.#sessions = new Map(this.#sessions).set(id, [
        ...before.slice(1 - MAX_SESSIONS),
        { at: Date.now(), session, claims },
      ]);
      this.#notify();
    }
  }

  #read(attempt: Attempt): void {
    for (const { resource, checks } of sentEntries(attempt)) {
      for (const { action, decision } of checks) {
        if (!decision) continue;
        const place = placeOf(attempt.providerId, action, prepareCheck({ action, resource }).resourceKey);
        // Moved to the end, because the oldest answers are removed first.
        this.#answers.delete(place);
        this.#answers.set(place, decision);
      }
    }
    for (const place of this.#answers.keys()) {
      if (this.#answers.size <= MAX_ANSWERS) break;
      this.#answers.delete(place);
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const NO_SESSIONS: readonly RecordedSession[] = [];

function placeOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}
