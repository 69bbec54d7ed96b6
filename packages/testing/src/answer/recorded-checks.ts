import { type AskedCheck } from "./asked-check.ts";
import { type TestAnswer } from "./rules.ts";

/** A check that a component has made, and what it was answered. */
export interface RecordedCheck {
  readonly kind: string;
  readonly id: string;
  readonly action: string;
  /** The resource's attributes. */
  readonly attr: { readonly [name: string]: unknown };
  /** Id of the user who asked. */
  readonly userId: string;
  /** `later` if the rule returned a promise. */
  readonly answer: "allowed" | "denied" | "pending" | "error" | "later";
}

const recorded: RecordedCheck[] = [];

/**
 * All checks that the providers of this test file have been asked, in their order: each once, and again if it was asked
 * again, such as after `invalidateQueries`. `clearRecordedChecks` empties it; `@kinde-cerbos/testing/vitest` and
 * `/jest` do so after each test.
 */
export function recordedChecks(): readonly RecordedCheck[] {
  return [...recorded];
}

/** Forgets the checks so far. */
export function clearRecordedChecks(): void {
  recorded.length = 0;
}

/** Notes a check down. */
export function record({ kind, id, action, attr, principal }: AskedCheck, answer: TestAnswer): void {
  recorded.push({ kind, id, action, attr, userId: principal.id, answer: wordFor(answer) });
}

function wordFor(answer: TestAnswer): RecordedCheck["answer"] {
  if (answer === "pending") return "pending";
  if (answer instanceof Error) return "error";
  if (answer instanceof Promise) return "later";
  const isAllowed = typeof answer === "boolean" ? answer : answer.allowed;
  return isAllowed ? "allowed" : "denied";
}
