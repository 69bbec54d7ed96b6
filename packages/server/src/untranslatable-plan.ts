import { AuthzError, type Plan } from "@kinde-cerbos/core";
import { type QueryPlanOperand } from "./query-plan.ts";

const MAX_LENGTH = 300;

/** The error for a plan that cannot become a filter. It names the part of the condition, without its values. */
export function untranslatablePlan(
  { actions, resourceKind }: Plan,
  why: string,
  part?: QueryPlanOperand,
  options?: ErrorOptions,
): AuthzError {
  const where = part ? ` The policies for ${resourceKind} have this part: ${shortened(textOf(part))}.` : "";
  return new AuthzError(
    "untranslatable_plan",
    `The plan for ${actions.join(", ")} on ${resourceKind} cannot become a filter: ${why}${where}`,
    options,
  );
}

/** As `contains(request.resource.attr.title, <text>)`: a value may be the user's own, and is left out. */
function textOf(node: QueryPlanOperand): string {
  if ("name" in node) return node.name;
  if ("operator" in node) return `${node.operator}(${node.operands.map(textOf).join(", ")})`;
  const { value } = node;
  return value === null ? "null" : `<${Array.isArray(value) ? "list" : typeof value}>`;
}

function shortened(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
