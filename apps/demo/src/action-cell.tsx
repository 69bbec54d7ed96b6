import { Can } from "@kinde-cerbos/react";
import { type ReactNode } from "react";

import { type DocumentAction, type DocumentResource } from "../data/documents.ts";

interface ActionCellProps {
  readonly action: DocumentAction;
  readonly resource: DocumentResource;
  /** For screen readers. */
  readonly label: string;
  readonly onAct: (callId: string) => void;
}

/** A button where the action is allowed. `data-answer` says what became of the check. */
export function ActionCell({ action, resource, label, onAct }: ActionCellProps): ReactNode {
  return (
    <td className="action" data-action={action} data-document={resource.id}>
      <Can
        action={action}
        resource={resource}
        loading={<span data-answer="pending" className="pending" />}
        error={<Mark answer="error" sign="?" label={`Cannot tell: ${label}`} />}
        fallback={<Mark answer="denied" sign="–" label={`Not allowed: ${label}`} />}
      >
        {({ decision }) => (
          <button type="button" data-answer="allowed" aria-label={label} onClick={() => onAct(decision.callId)}>
            {action}
          </button>
        )}
      </Can>
    </td>
  );
}

function Mark(props: { readonly answer: string; readonly sign: string; readonly label: string }): ReactNode {
  return (
    <span data-answer={props.answer} className="mark" title={props.label}>
      <span aria-hidden="true">{props.sign}</span>
      <span className="unseen">{props.label}</span>
    </span>
  );
}
