import { type ActionOf, type DecisionOutput, type Kind, type SchemaError } from "@kinde-cerbos/core";
import { isFields, requireOption } from "@kinde-cerbos/core/internal";
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
 * What the PDP answers in a test: allowed or not, no answer for ever, an error, or a decision later. The component gets
 * an error with the code of the `AuthzError`; of any other error, it is `pdp_unavailable`.
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
 * - a list of rules, of which the first that matches and has an answer decides
 * - a function
 */
export type TestRules =
  | {
      readonly [K in Kind]?: boolean | readonly ActionOf<K>[] | { readonly [Action in ActionOf<K>]?: AnswerRule<K> };
    }
  | readonly TestRule[]
  | ((check: AskedCheck) => TestAnswer | undefined);

/** Where rules are written, for messages about them. */
export type RulesPlace = "PermissionsTestProvider" | "cerbosHandlers";

/** What the first rule that has an answer says to a check; `undefined` if there is none. Untyped callers return anything. */
export function ruleAnswer(rules: TestRules, check: AskedCheck): unknown {
  for (const rule of rulesFor(rules, check)) {
    const answer: unknown = typeof rule === "function" ? rule(check) : rule;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** What to add, so that a rule matches a check. */
export function missingRule(rules: TestRules, { kind, action }: AskedCheck, place: RulesPlace): string {
  if (typeof rules === "function") return "let the function of can return true for it.";
  const rule = isList(rules)
    ? `[{ kind: ${JSON.stringify(kind)}, action: ${JSON.stringify(action)}, answer: true }]`
    : `{ ${nameIn(kind)}: { ${nameIn(action)}: true } }`;
  return `add a rule: ${place === "cerbosHandlers" ? `can: ${rule}` : `can={${rule}}`}`;
}

/** @throws AuthzError `invalid_option` if they are no rules */
export function requireRules(rules: TestRules, place: RulesPlace): void {
  const isRules = typeof rules === "function" || (isList(rules) ? rules.every(isFields) : isFields(rules));
  requireOption(isRules, `can of ${place} must be an object by kind, a list of rules, or a function`);
}

/** The name of a property, as code has it. */
function nameIn(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : JSON.stringify(text);
}

function rulesFor(rules: TestRules, { kind, id, action }: AskedCheck): readonly (AnswerRule | undefined)[] {
  if (typeof rules === "function") return [rules];
  if (isList(rules)) {
    const matching = rules.filter(
      (rule) =>
        rule.kind === kind &&
        (rule.id === undefined || rule.id === id) &&
        (rule.action === undefined || [rule.action].flat().includes(action)),
    );
    return matching.map(({ answer }) => answer);
  }
  const ofKind: unknown = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  if (typeof ofKind === "boolean") return [ofKind];
  if (Array.isArray(ofKind)) return [ofKind.includes(action)];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type says so
  return isFields(ofKind) && Object.hasOwn(ofKind, action) ? [ofKind[action] as AnswerRule] : [];
}

function isList(rules: TestRules): rules is readonly TestRule[] {
  return Array.isArray(rules);
}
