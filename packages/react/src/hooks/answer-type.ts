import { type Authorizer } from "@kinde-cerbos/core";
import { type View } from "../cache/answer-view.ts";
import { type Answer } from "../cache/answer.ts";
import { type AnswerQuery, type WholePolicy } from "../cache/decision-query.ts";
import { type DecisionStore } from "../cache/decision-store.ts";

/** A type of questions: their queries for the PDP, and the results for components. */
export interface Questions<Question, Data, Result> {
  /** Returns a text that equal questions have, and few others. Untyped callers may pass anything. */
  readonly placeOf: (question: Question) => string;
  /**
   * Returns its query, and a test of whether another question is equal.
   *
   * @throws AuthzError if it is invalid
   */
  readonly prepare: (
    question: Question,
    authorizer: Authorizer,
    policy: WholePolicy,
  ) => { readonly query: AnswerQuery<Data>; readonly isSame: (question: Question) => boolean };
  readonly resultOf: (view: View<Data>, refetch: () => Promise<void>) => Result;
}

/** An answer, found by its question and by the cache times of the component. */
export interface KnownAnswer<Question, Data, Result extends object> {
  readonly answer: Answer<Data, Result>;
  readonly isOf: (question: Question, policy: WholePolicy) => boolean;
}

/** How many unshown answers are kept before they are cleaned up. */
const SPARE = 1000;

interface Known<Question, Data, Result extends object> {
  readonly places: Map<string, readonly KnownAnswer<Question, Data, Result>[]>;
  /** How many answers there are, of all places. */
  count: number;
  /** How many there may be before the unshown ones are removed. */
  limit: number;
}

/** The answers to questions of one type, in each store: equal questions have the same one. */
export class AnswerType<Question, Data, Result extends object> {
  readonly #questions: Questions<Question, Data, Result>;
  readonly #knownIn = new WeakMap<DecisionStore, Known<Question, Data, Result>>();

  constructor(questions: Questions<Question, Data, Result>) {
    this.#questions = questions;
  }

  /** The result of a question that is not asked: pending, or why it cannot be. */
  unasked(error: Error | null): Result {
    return this.#questions.resultOf({ data: null, error, isFetching: false }, nothingToRefetch);
  }

  /** @throws AuthzError if it cannot be asked */
  answerTo(
    question: Question,
    store: DecisionStore,
    authorizer: Authorizer,
    policy: WholePolicy,
  ): KnownAnswer<Question, Data, Result> {
    let known = this.#knownIn.get(store);
    if (!known) this.#knownIn.set(store, (known = { places: new Map(), count: 0, limit: SPARE }));
    const place = this.#questions.placeOf(question);
    for (const one of known.places.get(place) ?? []) if (one.isOf(question, policy)) return one;
    const { query, isSame } = this.#questions.prepare(question, authorizer, policy);
    const { staleTime, gcTime, maxAge } = policy;
    const made: KnownAnswer<Question, Data, Result> = {
      answer: store.answer(query, maxAge, this.#questions.resultOf),
      isOf: (other, times) =>
        (times === policy || (times.staleTime === staleTime && times.gcTime === gcTime && times.maxAge === maxAge)) &&
        isSame(other),
    };
    if (known.count >= known.limit) forgetSpare(known);
    known.places.set(place, [...(known.places.get(place) ?? []), made]);
    known.count += 1;
    return made;
  }
}

/** `refetch` of a result that was not asked for. */
export const nothingToRefetch = async (): Promise<void> => {};

/** Renders that are never committed leave answers that nobody shows. A component that has one keeps it. */
function forgetSpare<Question, Data, Result extends object>(known: Known<Question, Data, Result>): void {
  known.count = 0;
  for (const [place, all] of known.places) {
    const shown = all.filter(({ answer }) => answer.listeners.size > 0);
    if (shown.length > 0) known.places.set(place, shown);
    else known.places.delete(place);
    known.count += shown.length;
  }
  known.limit = 2 * known.count + SPARE;
}
