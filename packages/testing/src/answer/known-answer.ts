import { AuthzError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { type TestAnswer, type TestDecision } from "./rules.ts";

/** An answer that is known synchronously. */
export type Known = boolean | TestDecision;

export function isKnown(answer: TestAnswer): answer is Known {
  return typeof answer === "boolean" || (isFields(answer) && "allowed" in answer);
}

/** Converts what a rule returned or threw to an answer. Callers without types may return anything. */
export function asAnswer(value: unknown): TestAnswer {
  if (typeof value === "boolean" || value === "pending" || value instanceof Error) return value;
  if (isFields(value)) {
    if (typeof value["then"] === "function") return later(value);
    if (typeof value["allowed"] === "boolean") return { ...value, allowed: value["allowed"] };
    // An error from another realm, such as a DOMException of jsdom.
    if (typeof value["message"] === "string") return Object.assign(new Error(value["message"]), { cause: value });
  }
  const shown = typeof value === "string" ? JSON.stringify(value) : isFields(value) ? "an object" : String(value);
  return new AuthzError(
    "invalid_option",
    `A rule in can returned ${shown}. It must return true, false, "pending", an Error, a promise, ` +
      "or an object with allowed: true or false.",
  );
}

async function later(thenable: object): Promise<Known> {
  const settled = asAnswer(await Promise.resolve<unknown>(thenable));
  if (isKnown(settled)) return settled;
  throw settled instanceof Error
    ? settled
    : new Error('A promise in can resolved to "pending". It must resolve to true, false or a decision.');
}

/** Whether two answers are equal. Two promises are taken as equal, because their results are not known yet. */
export function isSameAnswer(one: TestAnswer, other: TestAnswer): boolean {
  if (isKnown(one) || isKnown(other)) return JSON.stringify(wholeOf(one)) === JSON.stringify(wholeOf(other));
  if (one instanceof Error && other instanceof Error) return String(one) === String(other);
  return one === other || (one instanceof Promise && other instanceof Promise);
}

function wholeOf(answer: TestAnswer): unknown {
  return typeof answer === "boolean" ? { allowed: answer } : isKnown(answer) ? answer : null;
}
