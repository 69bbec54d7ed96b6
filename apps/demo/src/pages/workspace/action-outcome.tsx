import { type ReactNode } from "react";
import { type Outcome } from "./documents-api.ts";
import { type ActionRequest } from "./use-document-action.ts";

interface ActionOutcomeProps {
  readonly request: ActionRequest | undefined;
  readonly outcome: Outcome | undefined;
}

/** What the API made of the last action, read out by screen readers. */
export function ActionOutcome({ request, outcome }: ActionOutcomeProps): ReactNode {
  return (
    <p className="outcome" aria-live="polite" data-outcome={outcome && (outcome.isDone ? "done" : "refused")}>
      {request && outcome
        ? sentence(request, outcome)
        : "A button is shown if Cerbos allows the action. The API checks again: show denied actions, and see one refused."}
    </p>
  );
}

function sentence({ action, document }: ActionRequest, { isDone, status, message, callId }: Outcome): string {
  const what = `${action} “${document.title}”.`;
  const call = callId === null ? "" : ` Cerbos call ${callId}`;
  if (isDone) return `Allowed: ${what}${call}`;
  return `Refused by the API${status === null ? "" : ` with ${status}`}: ${what} ${message}${call}`;
}
