import { type ReactNode } from "react";
import { type Outcome } from "./documents-api.ts";
import { type ActionRequest } from "./use-document-action.ts";

interface ActionOutcomeProps {
  readonly request: ActionRequest | undefined;
  readonly outcome: Outcome | undefined;
  /** Called when the user does not want to see it any more. */
  readonly onClose: () => void;
}

/** The API's answer to the last action, read out by screen readers. */
export function ActionOutcome({ request, outcome, onClose }: ActionOutcomeProps): ReactNode {
  const isShown = request !== undefined && outcome !== undefined;
  return (
    <output className="outcome" data-outcome={outcome && (outcome.isDone ? "done" : "refused")}>
      {isShown && (
        <>
          <span>{sentence(request, outcome)}</span>
          <button type="button" className="quiet" onClick={onClose}>
            Close
          </button>
        </>
      )}
    </output>
  );
}

function sentence({ action, document }: ActionRequest, { isDone, status, message }: Outcome): string {
  const what = `${action} “${document.title}”.`;
  if (isDone) return `Allowed: ${what}`;
  return `Refused by the API${status === null ? "" : ` with ${status}`}: ${what} ${message}`;
}
