import { type Plan } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { CopyText } from "../batches/copy-text.tsx";
import { durationText } from "../session/duration-text.ts";
import { conditionText } from "./condition-text.ts";
import { ConditionTree } from "./condition-tree.tsx";
import { type PlanRow } from "./plan-row.ts";

interface PlanDetailsProps {
  readonly row: PlanRow;
  /** In ms since the epoch. */
  readonly now: number;
}

/** Shows a plan: the resources on which the user may perform the actions. */
export function PlanDetails({ row, now }: PlanDetailsProps): ReactNode {
  const { kind, actions, given, plan, error } = row;
  const name = `${actions.join(", ")} on ${kind}`;
  return (
    <article aria-label={name}>
      <h2>{name}</h2>
      <p>{plan ? <Kind plan={plan} /> : error ? "The plan could not be fetched." : "Waiting for the plan."}</p>
      <p className="muted">{stateText(row, now)}</p>
      {given && (
        <p>
          The plan applies only to resources with exactly these values: <code>{given}</code>
        </p>
      )}
      {error && (
        <p className="deny">
          <code>{"code" in error ? String(error.code) : error.name}</code> {error.message}
        </p>
      )}
      {plan && plan.validationErrors.length > 0 && <SchemaErrors errors={plan.validationErrors} />}
      {plan?.metadata?.conditionString === "NO_MATCH" && (
        <p className="warn">No policy has a rule for this kind, these actions and the user's roles.</p>
      )}
      {plan?.kind === "CONDITIONAL" && (
        <>
          <ConditionTree condition={plan.condition} />
          <CopyText name="Condition in CEL" text={conditionText(plan.condition)} />
        </>
      )}
    </article>
  );
}

function Kind({ plan }: { readonly plan: Plan }): ReactNode {
  switch (plan.kind) {
    case "ALWAYS_ALLOWED":
      return (
        <>
          <strong className="allow">ALWAYS_ALLOWED</strong>: allowed on every resource of this kind.
        </>
      );
    case "ALWAYS_DENIED":
      return (
        <>
          <strong className="deny">ALWAYS_DENIED</strong>: denied on every resource of this kind.
        </>
      );
    case "CONDITIONAL":
      return (
        <>
          <strong className="warn">CONDITIONAL</strong>: allowed on resources that meet this condition.
        </>
      );
  }
}

function SchemaErrors({ errors }: { readonly errors: Plan["validationErrors"] }): ReactNode {
  return (
    <>
      <p className="deny">These values do not match their schema. A PDP that enforces schemas denies every action:</p>
      <ul>
        {errors.map(({ path, message, source }) => (
          <li key={`${source} ${path} ${message}`}>
            {source === "SOURCE_PRINCIPAL" ? "Principal" : "Resource"} <code>{path}</code>: {message}
          </li>
        ))}
      </ul>
    </>
  );
}

function stateText({ updatedAt, isFetching, isStale, isOnScreen }: PlanRow, now: number): string {
  return [
    updatedAt > 0 ? `Answered ${durationText(now - updatedAt)} ago, ${isStale ? "stale" : "fresh"}` : "Not answered",
    ...(isFetching ? ["being fetched"] : []),
    isOnScreen ? "in use on this page" : "not in use on this page",
  ].join(", ");
}
