import { type ActionOf, type DecisionOutput, type Kind, type SchemaError } from "@kinde-cerbos/core";
import { isFields, requireOption } from "@kinde-cerbos/core/internal";
import { type CheckRequest } from "./check-request.ts";

/** A decision with outputs or schema errors. */
export interface TestDecision {
  /** Whether the action is allowed. */
  readonly allowed: boolean;
  /** Outputs of the policy rules. Default: none. */
  readonly outputs?: readonly DecisionOutput[];
  /** Violations of the resource's or principal's schema. Default: none. */
  readonly validationErrors?: readonly SchemaError[];
}

/**
 * The answer to a check: allowed, denied, `"pending"` (the check never finishes), an error, or a promise. An
 * `AuthzError` keeps its code; any other error becomes `pdp_unavailable`.
 */
export type TestAnswer = boolean | TestDecision | "pending" | Error | Promise<boolean | TestDecision>;

/** An answer, or a function that returns one. If the function returns `undefined`, the next rule is tried. */
export type AnswerRule<K extends Kind = Kind> = TestAnswer | ((check: CheckRequest<K>) => TestAnswer | undefined);

/** A rule for the checks of a kind. With `id` or `action`, it applies only to checks with these. */
export type TestRule = {
  readonly [K in Kind]: {
    readonly kind: K;
    /** Id of the resource. Default: any. */
    readonly id?: string;
    /** One action, or a list. Default: any. */
    readonly action?: ActionOf<K> | readonly ActionOf<K>[];
    readonly answer: AnswerRule<K>;
  };
}[Kind];

/**
 * The rules that answer the checks of a test:
 * - by kind: `true` or `false`, a list of the only allowed actions, or an answer for each action
 * - a list of rules: the first rule that matches and has an answer decides
 * - a function that returns the answer to each check
 *
 * A check without an answer is denied, with a warning on the console.
 */
export type TestRules =
  | {
      readonly [K in Kind]?: boolean | readonly ActionOf<K>[] | { readonly [Action in ActionOf<K>]?: AnswerRule<K> };
    }
  | readonly TestRule[]
  | ((check: CheckRequest) => TestAnswer | undefined);

/** Where the rules were passed, for messages about them. */
export type RulesPlace = "PermissionsTestProvider" | "cerbosHandlers";

/**
 * Returns the answer of the first rule that has one; `undefined` if no rule has. Rules without types may return
 * anything.
 */
export function ruleAnswer(rules: TestRules, check: CheckRequest): unknown {
  for (const rule of rulesFor(rules, check)) {
    const answer: unknown = typeof rule === "function" ? rule(check) : rule;
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Returns advice on the rule to add for a check that no rule matches. */
export function missingRule(rules: TestRules, { kind, action }: CheckRequest, place: RulesPlace): string {
  if (typeof rules === "function") return "return true for it from the function in can.";
  const rule = isList(rules)
    ? `[{ kind: ${JSON.stringify(kind)}, action: ${JSON.stringify(action)}, answer: true }]`
    : `{ ${nameIn(kind)}: { ${nameIn(action)}: true } }`;
  return `add a rule: ${place === "cerbosHandlers" ? `can: ${rule}` : `can={${rule}}`}`;
}

/** @throws AuthzError `invalid_option` if the rules have the wrong type */
export function requireRules(rules: TestRules, place: RulesPlace): void {
  const isRules = typeof rules === "function" || (isList(rules) ? rules.every(isFields) : isFields(rules));
  requireOption(isRules, `can of ${place} must be an object by kind, a list of rules, or a function`);
}

/** Quotes the name of a property if code has to. */
function nameIn(text: string): string {
  return /^[A-Za-z_]\w*$/.test(text) ? text : JSON.stringify(text);
}

function rulesFor(rules: TestRules, { kind, id, action }: CheckRequest): readonly (AnswerRule | undefined)[] {
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
