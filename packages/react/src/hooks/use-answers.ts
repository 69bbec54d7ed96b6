"use client";

/* oxlint-disable react/refs -- a value left by a discarded render is used only for the same questions */

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

/** The field that all results share. */
interface AnyResult {
  readonly error: Error | null;
}

/** The current results of a component's questions. */
export interface Answers<Result> {
  /** One result for each question, in their order. The same array until one of them changes. */
  readonly results: readonly Result[];
  /** Sends all questions again. Resolves when they are answered. */
  readonly refetch: () => Promise<void>;
}

/**
 * Returns answers, and requests the missing ones. Every hook uses this function.
 *
 * @param closed the result of all questions if none is sent to the PDP
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

/** The settings that all questions of a component share. */
interface Asked<Question, Data, Result extends AnyResult> {
  readonly permissions: PermissionsValue;
  readonly type: AnswerType<Question, Data, Result>;
  readonly closed: Result | null;
  readonly policy: WholePolicy;
  readonly isEnabled: boolean;
}

/** A question's answer, or its result if it is not sent. */
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
  /** Whether it was made in this render, with the session of that moment. */
  #isNew = true;
  /** The answers that the component stopped showing in this task, in which it may begin to show others. */
  readonly #leaving: { answers: ReadonlySet<unknown> };
  #results: readonly Result[];

  /** @param before the component's earlier answers: results that are equal stay the same objects */
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

  /** Also called before React commits a render in several parts: the session may have ended in the meantime. */
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
    // An answer that stays on the screen is not requested again: a failed one would be requested at each render.
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

/** The hashes of a component's queries, from the value in its ref; `null` if that is something else. */
export function queriesIn(kept: unknown): readonly string[] | null {
  return kept instanceof AnswerSet ? kept.queries : null;
}
