import { type CheckRequest } from "./check-request.ts";
import { type TestAnswer } from "./rules.ts";

/** A check that a component made, with its answer. */
export interface RecordedCheck {
  /** The resource's kind. */
  readonly kind: string;
  /** The resource's id. */
  readonly id: string;
  /** The action that was checked. */
  readonly action: string;
  /** The resource's attributes. */
  readonly attr: { readonly [name: string]: unknown };
  /** Id of the signed-in user; `anonymous` if the user is signed out. */
  readonly userId: string;
  /** The answer: `later` if the rule returned a promise. */
  readonly answer: "allowed" | "denied" | "pending" | "error" | "later";
}

const recorded: RecordedCheck[] = [];

/**
 * Returns all checks made in this test file, oldest first. A check that is sent again, such as after
 * `invalidateQueries`, is listed again. `clearRecordedChecks` empties the list; `@kinde-cerbos/testing/vitest` and
 * `/jest` do so after each test.
 */
export function recordedChecks(): readonly RecordedCheck[] {
  return [...recorded];
}

/** Empties the list that {@link recordedChecks} returns. */
export function clearRecordedChecks(): void {
  recorded.length = 0;
}

/** Adds a check to the list. */
export function record({ kind, id, action, attr, principal }: CheckRequest, answer: TestAnswer): void {
  recorded.push({ kind, id, action, attr, userId: principal.id, answer: wordFor(answer) });
}

function wordFor(answer: TestAnswer): RecordedCheck["answer"] {
  if (answer === "pending") return "pending";
  if (answer instanceof Error) return "error";
  if (answer instanceof Promise) return "later";
  const isAllowed = typeof answer === "boolean" ? answer : answer.allowed;
  return isAllowed ? "allowed" : "denied";
}
