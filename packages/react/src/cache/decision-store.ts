import { LONGEST_TIMER_MS } from "@kinde-cerbos/core/internal";
import { focusManager, notifyManager, type QueryClient } from "@tanstack/react-query";
import { type View } from "./answer-view.ts";
import { Answer, type AnswerStore, type AnyAnswer, type DefaultedQuery } from "./answer.ts";
import { CommitTogether } from "./commit-together.ts";
import { type AnswerQuery } from "./decision-query.ts";
import { usableOnly } from "./is-usable.ts";

/** The waits of components that suspend, as the store sees them. */
interface Waits {
  /** Told when a component that may suspend is rendered. */
  onRender(): void;
  /** Told before an answer is fetched for a component that mounts. Returns whether it may be. */
  mayFetch(answer: AnyAnswer): boolean;
  /** Told when queries were removed from the cache. */
  onRemoved(): void;
}

/**
 * The answers of a session that components show. Each is observed once, however many components show it. All changes of
 * one task, and the answers of a batch, are one notification and one commit of React.
 */
export class DecisionStore implements AnswerStore {
  readonly client: QueryClient;
  readonly #onScreen = new Set<AnyAnswer>();
  readonly #due = new Set<AnyAnswer>();
  readonly #together = new CommitTogether<AnyAnswer>({
    show: (answers) => answers.forEach((answer) => this.#tell(answer)),
    slow: (answers) => {
      for (const answer of answers) {
        answer.isSlow = true;
        this.#tell(answer);
      }
    },
  });
  /** The waits of components that suspend; `null` before the first. */
  waits: Waits | null = null;
  /**
   * Whether a component that does not suspend has sent a check in this task. Suspended checks are then sent with it.
   */
  isAsking = false;
  #isReviveDue = false;
  /** Ends the listeners shared by all answers; `null` while nothing is on the screen. */
  #unlisten: (() => void) | null = null;
  /** The one timer for the ages of all, and when it is due, in ms since the epoch. */
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #alarmAt = Infinity;

  constructor(client: QueryClient) {
    this.client = client;
  }

  /** Makes an answer. It does nothing until a component shows it. */
  answer<Data, Result extends object>(
    query: AnswerQuery<Data>,
    maxAge: number,
    resultOf: (view: View<Data>, refetch: () => Promise<void>) => Result,
  ): Answer<Data, Result> {
    return new Answer(this, this.#defaulted(query), maxAge, resultOf);
  }

  onAsk(answer: AnyAnswer): boolean {
    if (!this.isAsking) queueMicrotask(() => (this.isAsking = false));
    this.isAsking = true;
    return this.waits?.mayFetch(answer) ?? true;
  }

  onShow(answer: AnyAnswer): void {
    this.#unlisten ??= this.#listen();
    this.#onScreen.add(answer);
    // An answer that was there changes nothing, and ages all the same.
    this.#setAlarm(answer.dueAt);
  }

  onChange(answer: AnyAnswer): void {
    this.#setAlarm(answer.dueAt);
    if (!answer.isFetching) return this.#together.settle(answer);
    this.#together.begin(answer, answer.hasData);
    this.#tell(answer);
  }

  onLeave(answer: AnyAnswer): void {
    if (!this.#onScreen.delete(answer)) return;
    answer.end();
    // The other answers need not wait for it.
    this.#together.settle(answer);
    if (this.#onScreen.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = null;
  }

  onOutdated(): void {
    this.#setAlarm(0);
  }

  /** Tells those that show it, once for all that changes now. */
  #tell(answer: AnyAnswer): void {
    if (this.#due.add(answer).size > 1) return;
    // As react-query tells its own observers: the app may have set how.
    notifyManager.schedule(() => {
      // A list shows many: it is told once.
      const listeners = new Set<() => void>();
      for (const changed of this.#due) changed.listeners.forEach((listener) => listeners.add(listener));
      this.#due.clear();
      for (const listener of listeners) listener();
    });
  }

  #setAlarm(at: number): void {
    // Also skips NaN: a cache may be read from a disk.
    if (!(at < this.#alarmAt)) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = at;
    // If the clock was set back, the timer comes early. It still looks, because an answer from the future is not valid.
    this.#alarm = setTimeout(() => this.#lookAtAll(), Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER_MS));
  }

  #unsetAlarm(): void {
    clearTimeout(this.#alarm);
    this.#alarmAt = Infinity;
  }

  #lookAtAll(isBack?: boolean): void {
    this.#unsetAlarm();
    for (const answer of this.#onScreen) answer.look(isBack);
    for (const answer of this.#onScreen) this.#setAlarm(answer.dueAt);
  }

  #listen(): () => void {
    const ends = [
      this.client.getQueryCache().subscribe(({ type }) => {
        if (type !== "removed" || this.#isReviveDue) return;
        this.#isReviveDue = true;
        // Not before a sign-out that comes with it.
        notifyManager.schedule(() => {
          this.#isReviveDue = false;
          this.waits?.onRemoved();
          for (const answer of this.#onScreen) answer.revive();
        });
      }),
      // Timers stand still while a machine sleeps. A user who comes back to the page must not wait for the rest.
      focusManager.subscribe((isFocused) => this.#lookAtAll(isFocused)),
    ];
    return () => {
      this.#unsetAlarm();
      for (const end of ends) end();
    };
  }

  /** With the client's defaults, and its hash. */
  #defaulted<Data>(query: AnswerQuery<Data>): DefaultedQuery<Data> {
    const { client } = this;
    const { queryKey } = query;
    const byApp =
      client.getQueryDefaults(queryKey).queryKeyHashFn ?? client.getDefaultOptions().queries?.queryKeyHashFn;
    return client.defaultQueryOptions({
      ...query,
      staleTime: usableOnly(query),
      // For a key of strings only, react-query computes the same hash, but much more slowly: it looks for objects.
      ...(!byApp && { queryHash: JSON.stringify(queryKey) }),
    });
  }
}
