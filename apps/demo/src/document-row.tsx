import { useCan } from "@kinde-cerbos/react";
import { type ReactNode } from "react";

import { ACTIONS, type DocumentRecord, documentResource } from "../data/documents.ts";
import { ActionCell } from "./action-cell.tsx";

/** What stands where the title may not, or not yet. */
const NO_TITLE = { pending: "…", denied: "Not for you", error: "Cannot tell" };

interface DocumentRowProps {
  readonly document: DocumentRecord;
  /** Called when an allowed action's button is pressed, with Cerbos' call id. */
  readonly onAct: (action: string, document: DocumentRecord, callId: string) => void;
}

/** A document, and its five actions. Who may not view it does not read its title. */
export function DocumentRow({ document, onAct }: DocumentRowProps): ReactNode {
  const resource = documentResource(document);
  const view = useCan({ action: "view", resource });
  return (
    <tr>
      <th scope="row">
        {view.allowed ? <span>{document.title}</span> : <span className="hidden-title">{NO_TITLE[view.status]}</span>}
        <span className="hint">
          {document.id} · {document.department}
        </span>
      </th>
      <td className="state">
        <span data-state={document.state}>{document.state.replace("_", " ")}</span>
      </td>
      {ACTIONS.map((action) => (
        <ActionCell
          key={action}
          action={action}
          resource={resource}
          label={`${action} ${view.allowed ? document.title : document.id}`}
          onAct={(callId) => onAct(action, document, callId)}
        />
      ))}
    </tr>
  );
}
