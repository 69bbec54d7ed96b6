import { type ActionOf, type Kind } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { type RecordedCheck } from "../answer/recorded-checks.ts";

/** A pattern for checks. A field that you leave out matches anything. */
export type CheckPattern = {
  readonly [K in Kind]: {
    readonly action?: ActionOf<K>;
    readonly kind?: K;
    readonly id?: string;
    readonly userId?: string;
    readonly answer?: RecordedCheck["answer"];
  };
}[Kind];

/** What a matcher of Vitest or Jest returns. */
interface MatcherResult {
  /** Whether the expectation is fulfilled. */
  readonly pass: boolean;
  /** Returns what a failed test shows. */
  readonly message: () => string;
}

/** What Vitest and Jest give a matcher. */
interface MatcherContext {
  /** Whether two values are equal, as `toEqual` compares them. */
  readonly equals: (one: unknown, other: unknown) => boolean;
}

/**
 * Matchers for `recordedChecks()`. `@kinde-cerbos/testing/vitest` and `/jest` add them; otherwise, call
 * `expect.extend(permissionMatchers)`.
 */
export const permissionMatchers = {
  /** Passes if a recorded check matches the pattern. */
  toHaveChecked(this: MatcherContext, received: unknown, pattern: CheckPattern): MatcherResult {
    const { checks, found } = search(received, pattern, this.equals);
    return {
      pass: found.length > 0,
      message: () => `Expected ${found.length > 0 ? "no check" : "a check"} of ${inWords(pattern)}.\n${listOf(checks)}`,
    };
  },
  /** Passes if exactly this many recorded checks match the pattern. */
  toHaveCheckedTimes(this: MatcherContext, received: unknown, pattern: CheckPattern, times: number): MatcherResult {
    if (!Number.isInteger(times)) throw new TypeError('Say how many: toHaveCheckedTimes({ action: "view" }, 2).');
    const { checks, found } = search(received, pattern, this.equals);
    const pass = found.length === times;
    return {
      pass,
      message: () =>
        `Expected ${pass ? "not " : ""}exactly ${times} ${times === 1 ? "check" : "checks"} of ${inWords(pattern)}, ` +
        `but there ${found.length === 1 ? "was" : "were"} ${found.length}.\n${listOf(checks)}`,
    };
  },
};

const NAMES: readonly string[] = ["action", "kind", "id", "userId", "answer"];

function search(
  received: unknown,
  pattern: unknown,
  equals: MatcherContext["equals"],
): { readonly checks: readonly RecordedCheck[]; readonly found: readonly RecordedCheck[] } {
  if (!isRecorded(received))
    throw new TypeError("Write expect(recordedChecks()): it is for what recordedChecks returns.");
  if (!isFields(pattern)) throw new TypeError('Say which check: toHaveChecked({ kind: "document", action: "view" }).');
  for (const [name, value] of Object.entries(pattern)) {
    if (!NAMES.includes(name)) throw new TypeError(`A check has no "${name}". It has ${NAMES.join(", ")}.`);
    // It would match any.
    if (value === undefined) throw new TypeError(`"${name}" is undefined. Leave it out for any.`);
  }
  const found = received.filter((check) =>
    Object.entries(check).every(([name, value]) => !(name in pattern) || equals(value, pattern[name])),
  );
  return { checks: received, found };
}

function isRecorded(received: unknown): received is readonly RecordedCheck[] {
  return Array.isArray(received) && received.every((check) => isFields(check) && "userId" in check);
}

function inWords({ action, kind, id, userId, answer }: CheckPattern): string {
  const what = action === undefined ? "any action" : JSON.stringify(action);
  const on = kind === undefined ? "any kind" : kind;
  return [
    `${what} on ${on}${id === undefined ? "" : ` ${JSON.stringify(id)}`}`,
    userId !== undefined && `by ${userId}`,
    answer !== undefined && `answered ${answer}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

/** How many lines of a list are printed. */
const MOST = 50;

function listOf(checks: readonly RecordedCheck[]): string {
  if (checks.length === 0) {
    return "No checks were recorded. Is the component inside PermissionsTestProvider, and is the user signed in?";
  }
  const lines = checks.slice(0, MOST).map(({ action, kind, id, userId, answer }) => {
    return `  "${action}" on ${kind} "${id}" by ${userId}: ${answer}`;
  });
  const more = checks.length > MOST ? [`  … and ${checks.length - MOST} more`] : [];
  return ["Recorded checks:", ...lines, ...more].join("\n");
}
