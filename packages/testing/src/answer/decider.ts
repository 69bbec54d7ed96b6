import { type AskedCheck } from "./asked-check.ts";
import { record } from "./recorded-checks.ts";
import { answerTo, missingRule, type TestAnswer, type TestDecision, type TestRules } from "./rules.ts";

/** An answer that need not be waited for. */
type Known = boolean | TestDecision;

/** Answers checks by the rules of a test. */
export class Decider {
  readonly #rules: TestRules;
  readonly #warnedOf = new Set<string>();

  constructor(rules: TestRules) {
    this.#rules = rules;
  }

  /** The answer to a check that a component has made. One that no rule matches is denied, with a warning. */
  answer(check: AskedCheck): TestAnswer {
    const found = answerTo(this.#rules, check);
    if (found === undefined) this.#warn(check);
    const answer = found ?? false;
    record(check, answer);
    return answer;
  }

  /** As {@link answer}, if it is known at once; else `null`, and it is not recorded. */
  answerAtOnce(check: AskedCheck): Known | null {
    const found = answerTo(this.#rules, check);
    if (found !== undefined && !isKnown(found)) return null;
    if (found === undefined) this.#warn(check);
    record(check, found ?? false);
    return found ?? false;
  }

  #warn(check: AskedCheck): void {
    const { kind, id, action } = check;
    const name = JSON.stringify([kind, action]);
    if (this.#warnedOf.has(name)) return;
    this.#warnedOf.add(name);
    console.warn(
      `PermissionsTestProvider: no rule matches "${action}" on ${kind} "${id}", so it is denied. ` +
        `If it should be allowed, add a rule: ${missingRule(this.#rules, check)}`,
    );
  }
}

function isKnown(answer: TestAnswer): answer is Known {
  return answer !== "pending" && !(answer instanceof Error) && !(answer instanceof Promise);
}
