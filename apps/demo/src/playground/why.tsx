import { type ReactNode } from "react";
import { Link } from "wouter";
import type { Trace, TracedCondition, TracedRole, TracedRule } from "../../server/playground/trace.ts";
import "./why.css";

interface WhyProps {
  readonly trace: Trace;
}

/** How Cerbos came to a decision, by its own trace: each rule for the action, and what it depends on. */
export function Why({ trace }: WhyProps): ReactNode {
  const { rules, derivedRoles } = trace;
  // What decided comes first.
  const sorted = rules.toSorted((one, other) => Number(isMatched(other)) - Number(isMatched(one)));
  return (
    <div className="why">
      <p>{headline(trace)}</p>
      <ul>
        {sorted.map((rule) => (
          <li key={rule.name} data-outcome={rule.outcome}>
            <RuleName rule={rule} /> {outcomeText(rule)}
            <Conditions conditions={rule.conditions} variables={trace.variables} />
            {rule.derivedRoles.length > 0 && (
              <ul>
                {rule.derivedRoles.map((name) => {
                  const role = derivedRoles.find((one) => one.name === name);
                  return role && <RoleItem key={name} role={role} variables={trace.variables} />;
                })}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function headline({ allowed, rules }: Trace): string {
  if (allowed) return "Allowed by a rule.";
  if (rules.length === 0) return "Denied: no rule names this action.";
  const isForbidden = rules.some((rule) => isMatched(rule) && rule.effect === "EFFECT_DENY");
  return isForbidden ? "Denied by a rule." : "Denied: no rule allows it.";
}

function outcomeText({ outcome, effect }: TracedRule): string {
  switch (outcome) {
    case "matched":
      return effect === "EFFECT_DENY" ? "denies it." : "allows it.";
    case "no_role":
      return "does not apply: the user has none of its roles.";
    case "condition":
      return "would allow it, but its condition is not met.";
    case "error":
      return "could not be evaluated, so it does not allow it.";
  }
}

function isMatched({ outcome }: TracedRule): boolean {
  return outcome === "matched";
}

function RuleName({ rule: { name, place } }: { readonly rule: TracedRule }): ReactNode {
  return place ? <Link href={lineOf(place)}>{name}</Link> : <strong>{name}</strong>;
}

type Variables = Trace["variables"];

function RoleItem({ role, variables }: { readonly role: TracedRole; readonly variables: Variables }): ReactNode {
  const { name, place, isActive, conditions } = role;
  return (
    <li data-outcome={isActive ? "matched" : "no_role"}>
      {place ? <Link href={lineOf(place)}>{name}</Link> : name} {isActive ? "applies." : "does not apply."}
      <Conditions conditions={conditions} variables={variables} />
    </li>
  );
}

interface ConditionsProps {
  readonly conditions: readonly TracedCondition[];
  readonly variables: Variables;
}

const WORDS = { true: "is met", false: "is not met", null: "failed" } as const;

/** Conditions as they are written, with what came of them and the values of what is in them. */
function Conditions({ conditions, variables }: ConditionsProps): ReactNode {
  return conditions.map(({ expr, result }) => (
    <div key={expr} className="condition" data-result={String(result)}>
      <code>{expr}</code> <span>{WORDS[`${result}`]}</span>
      <Values expr={expr} variables={variables} />
    </div>
  ));
}

function Values({ expr, variables }: { readonly expr: string; readonly variables: Variables }): ReactNode {
  const names = [...new Set(expr.match(/(?<=\bV\.)\w+/g))].filter((name) => name in variables);
  if (names.length === 0) return null;
  return (
    <ul className="values">
      {names.map((name) => (
        <li key={name}>
          <code>
            V.{name} = {JSON.stringify(variables[name])}
          </code>
        </li>
      ))}
    </ul>
  );
}

function lineOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `/policies?${new URLSearchParams({ file, line: String(line) })}`;
}
