import { type ActionOf, type DecisionOutput, type Kind, type SchemaError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { type AskedCheck } from "./asked-check.ts";

/** A decision with more than its effect. */
export interface TestDecision {
  readonly allowed: boolean;
  /** Default: none. */
  readonly outputs?: readonly DecisionOutput[];
  /** Default: none. */
  readonly validationErrors?: readonly SchemaError[];
}

/**
 * What the PDP answers in a test: allowed or not, no answer for ever, an error, or any of these later. An error that
 * is an `AuthzError` reaches the component as it is; of any other, the code is `pdp_unavailable`.
 */
export type TestAnswer = boolean | TestDecision | "pending" | Error | Promise<boolean | TestDecision>;

/** An answer, or a function that returns it; `undefined` if it does not know. */
export type AnswerRule<K extends Kind = Kind> = TestAnswer | ((check: AskedCheck<K>) => TestAnswer | undefined);

/** A rule about checks: all that have the same kind, and the same id and action if it names them. */
export type TestRule = {
  readonly [K in Kind]: {
    readonly kind: K;
    /** Default: any. */
    readonly id?: string;
    /** One, or several. Default: any. */
    readonly action?: ActionOf<K> | readonly ActionOf<K>[];
    readonly answer: AnswerRule<K>;
  };
}[Kind];

/**
 * What is allowed in a test:
 * - by kind: `true` or `false`; the actions that are allowed, and no others; or an answer for each action
 * - a list of rules, of which the first that matches decides
 * - a function
 */
export type TestRules =
  | {
      readonly [K in Kind]?: boolean | readonly ActionOf<K>[] | { readonly [Action in ActionOf<K>]?: AnswerRule<K> };
    }
  | readonly TestRule[]
  | ((check: AskedCheck) => TestAnswer | undefined);

/** What rules answer to a check; `undefined` if none of them matches it. */
export function answerTo(rules: TestRules, check: AskedCheck): TestAnswer | undefined {
  const rule = ruleFor(rules, check);
  try {
    return typeof rule === "function" ? rule(check) : rule;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The text of a rule that would match a check. */
export function missingRule(rules: TestRules, { kind, action }: AskedCheck): string {
  if (isList(rules))
    return `can={[{ kind: ${JSON.stringify(kind)}, action: ${JSON.stringify(action)}, answer: true }]}`;
  if (typeof rules === "function") return "Let the function of can return true or false for it.";
  return `can={{ ${nameIn(kind)}: { ${nameIn(action)}: true } }}`;
}

/** The name of a property, as code has it. */
function nameIn(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : JSON.stringify(text);
}

function ruleFor(rules: TestRules, { kind, id, action }: AskedCheck): AnswerRule | undefined {
  if (typeof rules === "function") return rules;
  if (isList(rules)) {
    const found = rules.find(
      (rule) =>
        rule.kind === kind &&
        (rule.id === undefined || rule.id === id) &&
        (rule.action === undefined || [rule.action].flat().includes(action)),
    );
    return found?.answer;
  }
  const ofKind: unknown = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  if (typeof ofKind === "boolean") return ofKind;
  if (Array.isArray(ofKind)) return ofKind.includes(action);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type says so
  return isFields(ofKind) && Object.hasOwn(ofKind, action) ? (ofKind[action] as AnswerRule) : undefined;
}

function isList(rules: TestRules): rules is readonly TestRule[] {
  return Array.isArray(rules);
}
