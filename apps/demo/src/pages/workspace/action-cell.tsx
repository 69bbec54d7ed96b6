import { Can } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { type DocumentAction, type DocumentResource } from "../../../data/document.ts";

interface ActionCellProps {
  readonly action: DocumentAction;
  readonly resource: DocumentResource;
  /** For screen readers. */
  readonly label: string;
  /** Whether a denied action can be sent all the same. */
  readonly offersDenied: boolean;
  readonly onAct: () => void;
}

/** A button where the action is allowed. `data-answer` says what became of the check. */
export function ActionCell({ action, resource, label, offersDenied, onAct }: ActionCellProps): ReactNode {
  return (
    <td className="action" data-action={action} data-document={resource.id}>
      <Can
        action={action}
        resource={resource}
        loading={<span data-answer="pending" className="pending" />}
        error={<Mark answer="error" sign="?" label={`Cannot tell: ${label}`} />}
        fallback={
          offersDenied ? (
            <button type="button" data-answer="denied" aria-label={`Send all the same: ${label}`} onClick={onAct}>
              {action}
            </button>
          ) : (
            <Mark answer="denied" sign="–" label={`Not allowed: ${label}`} />
          )
        }
      >
        <button type="button" data-answer="allowed" aria-label={label} onClick={onAct}>
          {action}
        </button>
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
