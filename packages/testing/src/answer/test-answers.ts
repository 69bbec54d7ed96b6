import { type PdpPlanRequest } from "@kinde-cerbos/core";
import { requireOption } from "@kinde-cerbos/core/internal";
import { type AskedCheck } from "./asked-check.ts";
import { asAnswer, isKnown, isSameAnswer, type Known } from "./known-answer.ts";
import { record } from "./recorded-checks.ts";
import { missingRule, requireRules, type RulesPlace, ruleAnswer, type TestAnswer, type TestRules } from "./rules.ts";
import { makePlan, type MadePlan, type TestPlans } from "./test-plans.ts";

/** What a test allows and plans, and how long an answer takes. */
export interface TestAnswersOptions {
  readonly can: TestRules;
  readonly plan: TestPlans | undefined;
  readonly delayMs: number;
  /** Where the rules are written. */
  readonly place: RulesPlace;
}

/** Answers checks and queries for plans, and remembers what it has answered. A rule is called once for each check. */
export class TestAnswers {
  #options: TestAnswersOptions;
  readonly #warnedOf: Set<string>;
  /** The newest answer to each check, by what it says. */
  readonly #given = new Map<string, { readonly check: AskedCheck; readonly answer: TestAnswer }>();
  /** What was asked for in a render, and not yet by a request. */
  readonly #waiting = new Map<string, TestAnswer>();
  readonly #planned = new Map<string, PdpPlanRequest>();

  constructor(options: TestAnswersOptions, warnedOf: Set<string> = new Set<string>()) {
    requireAnswers(options);
    this.#options = options;
    this.#warnedOf = warnedOf;
  }

  get delayMs(): number {
    return this.#options.delayMs;
  }

  /**
   * Goes on with other options, if they answer all that was asked as before. Else nothing that a page shows may stay:
   * it returns other answers.
   */
  goOnWith(options: TestAnswersOptions): TestAnswers {
    const { can, plan, delayMs } = this.#options;
    if (options.can === can && options.plan === plan && options.delayMs === delayMs) return this;
    requireAnswers(options);
    const isSame =
      [...this.#given.values()].every(({ check, answer }) => isSameAnswer(answer, answerBy(options, check) ?? false)) &&
      [...this.#planned.values()].every((asked) => planText(plan, asked) === planText(options.plan, asked));
    if (!isSame) return new TestAnswers(options, this.#warnedOf);
    this.#options = options;
    return this;
  }

  /** The answer to a check that a component makes in its render; `null` if it has to wait for it. */
  atOnce(check: AskedCheck): Known | null {
    const key = JSON.stringify(check);
    if (this.#waiting.has(key)) return null;
    const answer = this.#ask(key, check);
    if (isKnown(answer) && this.delayMs === 0) return answer;
    this.#waiting.set(key, answer);
    return null;
  }

  /** The answer to a check of a request. */
  answer(check: AskedCheck): TestAnswer {
    const key = JSON.stringify(check);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return this.#ask(key, check);
    this.#waiting.delete(key);
    return waiting;
  }

  /** @throws AuthzError `invalid_option` if the test has no plan */
  plan(asked: PdpPlanRequest): MadePlan {
    this.#planned.set(JSON.stringify(asked), asked);
    return makePlan(this.#options.plan, asked);
  }

  #ask(key: string, check: AskedCheck): TestAnswer {
    const found = answerBy(this.#options, check);
    if (found === undefined) this.#warn(check);
    const answer = found ?? false;
    // Whoever waits for it gets the rejection; nobody may be left to.
    if (answer instanceof Promise) answer.catch(() => {});
    record(check, answer);
    this.#given.set(key, { check, answer });
    return answer;
  }

  #warn(check: AskedCheck): void {
    const { kind, id, action } = check;
    const name = JSON.stringify([kind, action]);
    if (this.#warnedOf.has(name)) return;
    this.#warnedOf.add(name);
    const { can, place } = this.#options;
    console.warn(
      `${place}: no rule matches "${action}" on ${kind} "${id}", so it is denied. ` +
        `If it should be allowed, ${missingRule(can, check, place)}`,
    );
  }
}

function answerBy({ can }: TestAnswersOptions, check: AskedCheck): TestAnswer | undefined {
  try {
    const answer = ruleAnswer(can, check);
    return answer === undefined ? undefined : asAnswer(answer);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function planText(plans: TestPlans | undefined, asked: PdpPlanRequest): string {
  try {
    return JSON.stringify(makePlan(plans, asked));
  } catch (error) {
    return String(error);
  }
}

function requireAnswers({ can, plan, delayMs, place }: TestAnswersOptions): void {
  requireRules(can, place);
  requireOption(plan === undefined || typeof plan === "function", `plan of ${place} must be a function`);
  requireOption(
    Number.isFinite(delayMs) && delayMs >= 0,
    `delayMs of ${place} must be a number of milliseconds, not ${String(delayMs)}`,
  );
}
