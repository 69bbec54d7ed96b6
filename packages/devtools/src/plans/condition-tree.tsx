import { type PlanCondition } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { comparisonOf, leafText, operatorWords } from "./condition-words.ts";

/** A condition as a nested list. Parts with operands can be collapsed. */
export function ConditionTree({ condition }: { readonly condition: PlanCondition }): ReactNode {
  return (
    <ul className="condition" aria-label="Condition">
      <Part condition={condition} />
    </ul>
  );
}

function Part({ condition }: { readonly condition: PlanCondition }): ReactNode {
  const comparison = comparisonOf(condition);
  if (comparison) {
    return (
      <li>
        <code>{comparison.left}</code> {comparison.words} <code>{comparison.right}</code>
      </li>
    );
  }
  if (!("operator" in condition)) {
    return (
      <li>
        <code>{leafText(condition)}</code>
      </li>
    );
  }
  return (
    <li>
      <details open>
        <summary>{operatorWords(condition.operator)}</summary>
        <ul>
          {condition.operands.map((operand, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- the parts of a condition stay in their order
            <Part key={at} condition={operand} />
          ))}
        </ul>
      </details>
    </li>
  );
}
