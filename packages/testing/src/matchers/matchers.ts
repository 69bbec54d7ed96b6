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

/** The result of a matcher in Vitest and Jest. */
interface MatcherResult {
  /** Whether the expectation is fulfilled. */
  readonly pass: boolean;
  /** Returns the message of a failed test. */
  readonly message: () => string;
}

/** The `this` of a matcher in Vitest and Jest. */
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
    if (!Number.isInteger(times))
      throw new TypeError('The number of checks is missing. Pass it: toHaveCheckedTimes({ action: "view" }, 2).');
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
    throw new TypeError("This matcher is only for recorded checks. Write expect(recordedChecks()).");
  if (!isFields(pattern))
    throw new TypeError('The pattern is missing. Pass an object: toHaveChecked({ kind: "document", action: "view" }).');
  for (const [name, value] of Object.entries(pattern)) {
    if (!NAMES.includes(name))
      throw new TypeError(`A check has no field "${name}". Its fields are ${NAMES.join(", ")}.`);
    // An undefined field would match every check.
    if (value === undefined) throw new TypeError(`"${name}" is undefined. Leave it out to match any value.`);
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

/** How many checks a message lists. */
const MAX_LINES = 50;

function listOf(checks: readonly RecordedCheck[]): string {
  if (checks.length === 0) {
    return "No checks were recorded. Is the component inside PermissionsTestProvider, and is the user signed in?";
  }
  const lines = checks.slice(0, MAX_LINES).map(({ action, kind, id, userId, answer }) => {
    return `  "${action}" on ${kind} "${id}" by ${userId}: ${answer}`;
  });
  const more = checks.length > MAX_LINES ? [`  … and ${checks.length - MAX_LINES} more`] : [];
  return ["Recorded checks:", ...lines, ...more].join("\n");
}
