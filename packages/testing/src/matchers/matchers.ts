import { type ActionOf, type Kind } from "@kinde-cerbos/core";
import { type RecordedCheck } from "../answer/recorded-checks.ts";

/** Which checks are meant: all that have these. */
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
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers for `recordedChecks()`: `expect.extend(permissionMatchers)`. */
export const permissionMatchers = {
  /** Whether there is such a check. */
  toHaveChecked(received: unknown, pattern: CheckPattern): MatcherResult {
    const { checks, found } = search(received, pattern);
    return {
      pass: found.length > 0,
      message: () => `Expected ${found.length > 0 ? "no check" : "a check"} of ${inWords(pattern)}.\n${listOf(checks)}`,
    };
  },
  /** Whether there are so many such checks. */
  toHaveCheckedTimes(received: unknown, pattern: CheckPattern, times: number): MatcherResult {
    const { checks, found } = search(received, pattern);
    const pass = found.length === times;
    return {
      pass,
      message: () =>
        `Expected ${pass ? "another number than " : ""}${times} of ${inWords(pattern)}, and there were ${found.length}.\n` +
        listOf(checks),
    };
  },
};

function search(
  received: unknown,
  pattern: CheckPattern,
): { readonly checks: readonly RecordedCheck[]; readonly found: readonly RecordedCheck[] } {
  if (!isRecorded(received))
    throw new TypeError("Write expect(recordedChecks()): it is for what recordedChecks returns.");
  const wanted = Object.entries(pattern).filter(([, value]) => value !== undefined);
  const found = received.filter((check) =>
    wanted.every(([name, value]) => Object.entries(check).some(([has, is]) => has === name && is === value)),
  );
  return { checks: received, found };
}

function isRecorded(received: unknown): received is readonly RecordedCheck[] {
  return Array.isArray(received);
}

function inWords({ action, kind, id, userId, answer }: CheckPattern): string {
  const what = action === undefined ? "any action" : `"${action}"`;
  const on = kind === undefined ? "any kind" : kind;
  return [
    `${what} on ${on}${id === undefined ? "" : ` "${id}"`}`,
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
    return "Nothing was checked. Is the component inside of PermissionsTestProvider, and signed in?";
  }
  const lines = checks.slice(0, MOST).map(({ action, kind, id, userId, answer }) => {
    return `  "${action}" on ${kind} "${id}" by ${userId}: ${answer}`;
  });
  const more = checks.length > MOST ? [`  … and ${checks.length - MOST} more`] : [];
  return ["Checked were:", ...lines, ...more].join("\n");
}
