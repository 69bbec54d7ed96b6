import { type PdpPlanRequest } from "@kinde-cerbos/core";
import { requireOption } from "@kinde-cerbos/core/internal";
import { type CheckRequest } from "./check-request.ts";
import { asAnswer, isKnown, isSameAnswer, type Known } from "./known-answer.ts";
import { record } from "./recorded-checks.ts";
import { missingRule, requireRules, type RulesPlace, ruleAnswer, type TestAnswer, type TestRules } from "./rules.ts";
import { makePlan, type TestPlan, type TestPlans } from "./test-plans.ts";

/** Options for {@link TestAnswers}. */
export interface TestAnswersOptions {
  readonly can: TestRules;
  readonly plan: TestPlans | undefined;
  /** How long each answer takes, in ms. */
  readonly delayMs: number;
  /** Where the rules were passed. */
  readonly place: RulesPlace;
}

/** Answers checks and plans by the rules of a test, and remembers its answers. A rule is called once for each check. */
export class TestAnswers {
  #options: TestAnswersOptions;
  readonly #warnedOf: Set<string>;
  /** The newest answer to each check, by the check as JSON. */
  readonly #answers = new Map<string, { readonly check: CheckRequest; readonly answer: TestAnswer }>();
  /** Answers given in a render, for the request that the component sends next. */
  readonly #rendered = new Map<string, TestAnswer>();
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
   * Replaces the options and returns this object if they give the same answers to all checks and plans so far.
   * Otherwise returns a new object, because everything on the page has to be checked again.
   */
  withOptions(options: TestAnswersOptions): TestAnswers {
    const { can, plan, delayMs } = this.#options;
    if (options.can === can && options.plan === plan && options.delayMs === delayMs) return this;
    requireAnswers(options);
    const isSame =
      [...this.#answers.values()].every(({ check, answer }) =>
        isSameAnswer(answer, answerBy(options, check) ?? false),
      ) && [...this.#planned.values()].every((query) => planText(plan, query) === planText(options.plan, query));
    if (!isSame) return new TestAnswers(options, this.#warnedOf);
    this.#options = options;
    return this;
  }

  /** Returns the answer to a check in a component's render; `null` if the component has to wait for it. */
  atOnce(check: CheckRequest): Known | null {
    const key = JSON.stringify(check);
    if (this.#rendered.has(key)) return null;
    const answer = this.#decide(key, check);
    if (isKnown(answer) && this.delayMs === 0) return answer;
    this.#rendered.set(key, answer);
    return null;
  }

  /** Returns the answer to a check in a request. */
  answer(check: CheckRequest): TestAnswer {
    const key = JSON.stringify(check);
    const waiting = this.#rendered.get(key);
    if (waiting === undefined) return this.#decide(key, check);
    this.#rendered.delete(key);
    return waiting;
  }

  /** @throws AuthzError `invalid_option` if the test has no plan */
  plan(query: PdpPlanRequest): TestPlan {
    this.#planned.set(JSON.stringify(query), query);
    return makePlan(this.#options.plan, query);
  }

  #decide(key: string, check: CheckRequest): TestAnswer {
    const found = answerBy(this.#options, check);
    if (found === undefined) this.#warn(check);
    const answer = found ?? false;
    // The component that waits for it gets the rejection. This handler is for the case that the component is gone.
    if (answer instanceof Promise) answer.catch(() => {});
    record(check, answer);
    this.#answers.set(key, { check, answer });
    return answer;
  }

  #warn(check: CheckRequest): void {
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

function answerBy({ can }: TestAnswersOptions, check: CheckRequest): TestAnswer | undefined {
  try {
    const answer = ruleAnswer(can, check);
    return answer === undefined ? undefined : asAnswer(answer);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function planText(plans: TestPlans | undefined, query: PdpPlanRequest): string {
  try {
    return JSON.stringify(makePlan(plans, query));
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
