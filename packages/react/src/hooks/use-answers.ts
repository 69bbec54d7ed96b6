"use client";

/* oxlint-disable react/refs -- what a render that was given up leaves here is used only for the same questions */

import { AuthzError } from "@kinde-cerbos/core";
import { useRef, useSyncExternalStore } from "react";
import { type Answer } from "../cache/answer.ts";
import { type CachePolicy, policyOf, type WholePolicy } from "../cache/decision-query.ts";
import { type PermissionsValue } from "../session/permissions-context.ts";
import { type AnswerType, type KnownAnswer } from "./answer-type.ts";

/** Whether to ask, and how long the answer is valid. */
interface UseAnswersOptions extends CachePolicy {
  readonly enabled?: boolean | undefined;
}

/** What any result has. */
interface AnyResult {
  readonly error: Error | null;
}

/** Where the answers to a component's questions stand. */
export interface Answers<Result> {
  /** One for each question, in their order. The same array as long as each of them is the same. */
  readonly results: readonly Result[];
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/**
 * Shows answers, and asks for those that are not there. Every hook goes through here.
 *
 * @param closed the result of all of them, if the PDP is not to be asked
 */
export function useAnswers<Question, Data, Result extends AnyResult>(
  permissions: PermissionsValue,
  questions: readonly Question[],
  type: AnswerType<Question, Data, Result>,
  options: UseAnswersOptions,
  closed: Result | null,
): Answers<Result> {
  const asked = {
    permissions,
    type,
    closed,
    policy: policyOf(permissions.policy, options),
    isEnabled: options.enabled !== false,
  };
  const last = useRef<AnswerSet<Question, Data, Result> | null>(null);
  let set = last.current;
  if (!set?.isOf(asked, questions)) last.current = set = new AnswerSet(asked, questions, set);
  const results = useSyncExternalStore(set.subscribe, set.read, set.read);
  return { results, refetch: set.refetch };
}

/** What is asked of all questions of a component. */
interface Asked<Question, Data, Result extends AnyResult> {
  readonly permissions: PermissionsValue;
  readonly type: AnswerType<Question, Data, Result>;
  readonly closed: Result | null;
  readonly policy: WholePolicy;
  readonly isEnabled: boolean;
}

/** A question's answer, or its result if it is not asked. */
type Row<Question, Data, Result extends AnyResult> =
  | KnownAnswer<Question, Data, Result>
  | { readonly answer: null; readonly result: Result; readonly isOf: (question: Question) => boolean };

const NONE: ReadonlySet<unknown> = /* @__PURE__ */ new Set();

/** The answers to the questions of a component, as long as they say the same. */
class AnswerSet<Question, Data, Result extends AnyResult> {
  readonly #answers: readonly Answer<Data, Result>[];
  readonly #asked: Asked<Question, Data, Result>;
  readonly #rows: readonly Row<Question, Data, Result>[];
  readonly #pending: Result;
  readonly #hasSession: boolean;
  /** Whether it has been made in this very render, with the session of that moment. */
  #isNew = true;
  /** What the component has just stopped showing, as it begins to show other answers in the same task. */
  readonly #leaving: { answers: ReadonlySet<unknown> };
  #results: readonly Result[];

  /** @param before what the component asked before: its results stay the same objects if they are equal */
  constructor(
    asked: Asked<Question, Data, Result>,
    questions: readonly Question[],
    before: AnswerSet<Question, Data, Result> | null,
  ) {
    const { permissions, type, closed, policy, isEnabled } = asked;
    this.#asked = asked;
    this.#leaving = before ? before.#leaving : { answers: NONE };
    const authorizer = isEnabled ? permissions.current() : null;
    this.#hasSession = authorizer !== null;
    this.#pending = before ? before.#pending : type.unasked(null);
    const rowsBefore = before ? before.#rows : [];
    const unasked = (found: Error, at: number): Result => {
      const row = rowsBefore[at];
      const was = row?.answer === null && String(row.result.error) === String(found) ? row.result : null;
      return was ?? type.unasked(found);
    };
    this.#rows = questions.map((question, at) => {
      if (!authorizer) {
        const error = isEnabled ? permissions.error : null;
        return { answer: null, result: error ? unasked(error, at) : this.#pending, isOf: () => true };
      }
      if (closed) return { answer: null, result: closed, isOf: () => true };
      try {
        return type.answerTo(question, permissions.store, authorizer, policy);
      } catch (error) {
        if (!(error instanceof AuthzError)) throw error;
        return { answer: null, result: unasked(error, at), isOf: () => false };
      }
    });
    this.#answers = this.#rows.flatMap(({ answer }) => answer ?? []);
    this.#results = before ? before.#results : [];
  }

  isOf(asked: Asked<Question, Data, Result>, questions: readonly Question[]): boolean {
    const { permissions, closed, isEnabled } = this.#asked;
    if (permissions !== asked.permissions || closed !== asked.closed || isEnabled !== asked.isEnabled) return false;
    if (questions.length !== this.#rows.length) return false;
    return questions.every((question, at) => this.#rows[at]?.isOf(question, asked.policy));
  }

  /** Also called before React commits what it has rendered in several parts: the session may have gone meanwhile. */
  readonly read = (): readonly Result[] => {
    const isHeld = !this.#isNew && this.#hasSession && !this.#asked.permissions.current();
    this.#isNew = false;
    // A page that is rendered ahead of its requests must not look at the clock.
    const now = this.#answers.length > 0 ? Date.now() : 0;
    const resultOf = (row: Row<Question, Data, Result>): Result =>
      row.answer ? row.answer.read(now, isHeld) : isHeld ? this.#pending : row.result;
    const last = this.#results;
    const isSame = last.length === this.#rows.length && this.#rows.every((row, at) => resultOf(row) === last[at]);
    return isSame ? last : (this.#results = this.#rows.map(resultOf));
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    // What it goes on showing is not asked again: a failure among its answers would be asked for at each render.
    const { answers } = this.#leaving;
    const stops = this.#answers.map((answer) =>
      answers.has(answer) ? answer.watch(listener) : answer.subscribe(listener),
    );
    return () => {
      const left = (this.#leaving.answers = new Set(this.#answers));
      queueMicrotask(() => {
        if (this.#leaving.answers === left) this.#leaving.answers = NONE;
      });
      for (const stop of stops) stop();
    };
  };

  /** The queries of its answers, by their hashes. */
  get queries(): readonly string[] {
    return this.#answers.map(({ options }) => options.queryHash);
  }

  readonly refetch = async (): Promise<void> => {
    await Promise.all(this.#answers.map((answer) => answer.refetch()));
  };
}

/** The hashes of the queries that a component shows, of what it keeps in a ref; `null` if that is something else. */
export function queriesIn(kept: unknown): readonly string[] | null {
  return kept instanceof AnswerSet ? kept.queries : null;
}
