import { useCan } from "@kinde-cerbos/react";
import { type ReactNode, useState } from "react";
import { ACTIONS, documentResource, type StoredDocument } from "../../../data/document.ts";
import { personName } from "../../ui/names.ts";
import { ActionCell } from "./action-cell.tsx";
import { type Outcome } from "./documents-api.ts";
import { TitleEditor } from "./title-editor.tsx";
import { type ActionRequest } from "./use-document-action.ts";

/** Shown in place of a title that may not be shown, or not yet. */
const NO_TITLE = { pending: "…", denied: "No access", error: "Unknown" };

interface DocumentRowProps {
  readonly document: StoredDocument;
  readonly onAct: (request: ActionRequest) => void;
  /** Sends an action to the API though it is denied. */
  readonly onTry: (request: ActionRequest) => Promise<Outcome>;
}

/** A document, and its five actions. Users who may not view it do not see its title. */
export function DocumentRow({ document, onAct, onTry }: DocumentRowProps): ReactNode {
  const [isEditing, setIsEditing] = useState(false);
  const resource = documentResource(document);
  const view = useCan({ action: "view", resource });
  const save = (title: string): void => {
    setIsEditing(false);
    onAct({ action: "edit", document, title });
  };
  return (
    <tr>
      <th scope="row">
        {isEditing && view.allowed ? (
          <TitleEditor title={document.title} onSave={save} onCancel={() => setIsEditing(false)} />
        ) : view.allowed ? (
          <span>{document.title}</span>
        ) : (
          <span className="hidden-title">{NO_TITLE[view.status]}</span>
        )}
        <span className="hint">
          {document.id} · {document.department}
        </span>
      </th>
      <td className="owner">{personName(document.ownerId)}</td>
      <td className="document-state">
        <span data-state={document.state}>{document.state.replace("_", " ")}</span>
        {document.sharedAt !== null && <span data-state="shared">shared</span>}
      </td>
      {ACTIONS.map((action) => (
        <ActionCell
          key={action}
          action={action}
          resource={resource}
          label={`${action} ${view.allowed ? document.title : document.id}`}
          onAct={() => (action === "edit" ? setIsEditing(true) : onAct({ action, document }))}
          onTry={() => onTry({ action, document, ...(action === "edit" && { title: document.title }) })}
        />
      ))}
    </tr>
  );
}
