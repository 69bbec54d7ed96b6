import { focusManager, notifyManager, type QueryClient } from "@tanstack/react-query";
import { Answer, type AnswerStore, type AnyAnswer, type DefaultedQuery, type View } from "./answer.ts";
import { CommitTogether } from "./commit-together.ts";
import { type AnswerQuery } from "./decision-query.ts";
import { usableOnly } from "./is-usable.ts";
import { Suspended } from "./suspended.ts";
import { LONGEST_TIMER_MS } from "./timer.ts";

/**
 * How long an answer that was waited for stays on the screen, in ms: until React has rendered the component that
 * shows it from then on.
 */
const LINGER_MS = 1000;

/**
 * The answers of a session that components show. Each is watched once, whoever shows it. All that changes in one task
 * is told in one notification, and so are the answers of a batch: they are one commit of React.
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
  readonly #suspended = new Suspended<AnyAnswer>((answers) => {
    // Not for a session that has gone meanwhile.
    for (const answer of answers) if (answer.listeners.size > 0) answer.fetch();
  });
  readonly #waits = new Map<AnyAnswer, Promise<void>>();
  /** What ends the watch of answers that components have waited for. */
  readonly #watches = new Map<() => void, AnyAnswer>();
  #isReviveDue = false;
  /** Ends what is listened to for all of them; `null` while nothing is on the screen. */
  #unlisten: (() => void) | null = null;
  /** The one timer for the ages of all, and when it is due, in ms since the epoch. */
  #alarm: ReturnType<typeof setTimeout> | undefined;
  #alarmAt = Infinity;

  constructor(client: QueryClient) {
    this.client = client;
  }

  /** Makes an answer, which does nothing before somebody shows it. */
  answer<Data, Result extends object>(
    query: AnswerQuery<Data>,
    maxAge: number,
    resultOf: (view: View<Data>, refetch: () => Promise<void>) => Result,
  ): Answer<Data, Result> {
    return new Answer(this, this.#defaulted(query), maxAge, resultOf);
  }

  /**
   * For a component that suspends: resolves once it should render again. The answer is fetched with all others that
   * suspend meanwhile. One that `hideDecisions` has hidden is waited for.
   *
   * @param over settles when the session is over, and nothing is to be waited for
   */
  waitFor(answer: AnyAnswer, over: Promise<unknown>): Promise<void> {
    let wait = this.#waits.get(answer);
    if (wait) return wait;
    const isShown = answer.listeners.size > 0;
    wait = new Promise((resolve) => {
      const render = (): void => {
        if (this.#waits.delete(answer)) setTimeout(end, LINGER_MS);
        resolve();
      };
      const stop = answer.watch(() => {
        if (!answer.isUnderWay && !answer.isHidden) render();
      });
      const end = (): void => {
        render();
        this.#watches.delete(end);
        stop();
      };
      this.#watches.set(end, answer);
      void over.then(end);
    });
    this.#waits.set(answer, wait);
    if (!(isShown && answer.isHidden)) this.#suspended.add(answer);
    return wait;
  }

  onAsk(): void {
    this.#suspended.flush();
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
    // Others need not wait for it.
    this.#together.settle(answer);
    if (this.#onScreen.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = null;
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
    // Nor if it is no time at all: caches are read from disks.
    if (!(at < this.#alarmAt)) return;
    clearTimeout(this.#alarm);
    this.#alarmAt = at;
    // Early by a clock that was set back, it looks all the same: what is of the future is no answer.
    this.#alarm = setTimeout(() => this.#lookAtAll(), Math.min(at - Date.now(), LONGEST_TIMER_MS));
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
          // Whoever still wants it asks again. Nobody may: a user who signs out may not have seen it yet.
          for (const [end, answer] of this.#watches) if (!answer.isThere) end();
          for (const answer of this.#onScreen) answer.revive();
        });
      }),
      // Timers stand still while a machine sleeps. Whoever looks at the page again must not wait for the rest.
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
    const usable = usableOnly(query);
    const byApp =
      client.getQueryDefaults(query.queryKey).queryKeyHashFn ?? client.getDefaultOptions().queries?.queryKeyHashFn;
    // Of texts alone, react-query's own hash is this. Its way to it looks for objects, and takes many times as long.
    return client.defaultQueryOptions(byApp ? usable : { ...usable, queryHash: JSON.stringify(query.queryKey) });
  }
}
