import { type ReactNode } from "react";
import { Link } from "wouter";
import type { Trace, TracedCondition, TracedRole, TracedRule } from "../../server/playground/trace.ts";
import { decidingRules, headline, outcomeText, roleText } from "./why-text.ts";
import "./why.css";

interface WhyProps {
  readonly trace: Trace;
  /** The person whom the decision is about: `Ada`. */
  readonly person: string;
}

/** How Cerbos came to a decision, by its own trace: each rule for the action, and what it depends on. */
export function Why({ trace, person }: WhyProps): ReactNode {
  const { rules, derivedRoles } = trace;
  // The deciding rules come first.
  const deciding = new Set(decidingRules(trace));
  const sorted = rules.toSorted((one, other) => Number(deciding.has(other)) - Number(deciding.has(one)));
  return (
    <div className="why">
      <p>{headline(trace)}</p>
      <ul>
        {sorted.map((rule, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- two rules without a place may have the same name
          <li key={at} data-outcome={rule.outcome}>
            <RuleName rule={rule} /> {outcomeText(rule, trace, person)}
            <Conditions conditions={rule.conditions} variables={trace.variables} />
            {rule.conditions.length === 0 && rule.condition !== "" && (
              <div className="condition">
                <code>{rule.condition}</code> was not evaluated
              </div>
            )}
            {rule.derivedRoles.length > 0 && (
              <ul>
                {rule.derivedRoles.map((name) => {
                  const role = derivedRoles.find((one) => one.name === name);
                  return role && <RoleItem key={name} role={role} person={person} variables={trace.variables} />;
                })}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function RuleName({ rule: { name, place } }: { readonly rule: TracedRule }): ReactNode {
  return place ? <Link href={lineOf(place)}>{name}</Link> : <strong>{name}</strong>;
}

type Variables = Trace["variables"];

interface RoleItemProps {
  readonly role: TracedRole;
  readonly person: string;
  readonly variables: Variables;
}

function RoleItem({ role, person, variables }: RoleItemProps): ReactNode {
  const { name, place, isActive, conditions } = role;
  return (
    <li data-outcome={isActive ? "matched" : "no_role"}>
      {place ? <Link href={lineOf(place)}>{name}</Link> : name} {roleText(role, person)}
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
