import { Can } from "@kinde-cerbos/react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { type DocumentAction, type DocumentResource } from "../../../data/document.ts";
import { type Attempt } from "../../why/try-anyway.tsx";
import { WhyButton } from "../../why/why-button.tsx";

interface ActionCellProps {
  readonly action: DocumentAction;
  readonly resource: DocumentResource;
  /** For screen readers. */
  readonly label: string;
  readonly onAct: () => void;
  /** Sends the request to the API though it is denied. */
  readonly onTry: () => Promise<Attempt>;
}

/** A button where the action is allowed, and the reasons where it is not. `data-answer` says what became of the check. */
export function ActionCell({ action, resource, label, onAct, onTry }: ActionCellProps): ReactNode {
  return (
    <td className="action" tabIndex={-1} data-action={action} data-document={resource.id}>
      <Can
        action={action}
        resource={resource}
        loading={<span data-answer="pending" className="pending" />}
        error={
          <span data-answer="error" className="mark" title={`Unknown: ${label}`}>
            <span aria-hidden="true">?</span>
            <span className="unseen">Unknown: {label}</span>
          </span>
        }
        fallback={
          <WhyButton action={action} resource={resource} label={label} onTry={onTry}>
            <span className="dash">–</span>
            <span className="dash-name">{action}</span>
          </WhyButton>
        }
      >
        <ActionButton action={action} label={label} onAct={onAct} />
      </Can>
    </td>
  );
}

/** A button that leaves the focus to its cell when it goes, as after an action: the next Tab goes on from there. */
function ActionButton({ action, label, onAct }: Pick<ActionCellProps, "action" | "label" | "onAct">): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const element = button.current;
    return () => {
      if (element && element === document.activeElement) element.closest("td")?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <button ref={button} type="button" data-answer="allowed" aria-label={label} onClick={onAct}>
      {action}
    </button>
  );
}
