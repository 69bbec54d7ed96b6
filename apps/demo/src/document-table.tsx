import { type ReactNode, useState } from "react";

import { ACTIONS, documents, type DocumentRecord, type DocumentState } from "../data/documents.ts";
import { DocumentRow } from "./document-row.tsx";

const FILTERS: readonly { readonly label: string; readonly state: DocumentState | null }[] = [
  { label: "All", state: null },
  { label: "Drafts", state: "draft" },
  { label: "In review", state: "in_review" },
  { label: "Published", state: "published" },
  { label: "Archived", state: "archived" },
];

interface DocumentTableProps {
  readonly orgCode: string;
  /** Called when other rows are about to be shown. */
  readonly onPage: () => void;
}

/** The organization's documents, each with what may be done with it. */
export function DocumentTable({ orgCode, onPage }: DocumentTableProps): ReactNode {
  const [state, setState] = useState<DocumentState | null>(null);
  const [done, setDone] = useState("");
  const shown = documents.filter(
    (document) => document.orgCode === orgCode && (state === null || document.state === state),
  );
  const show = (next: DocumentState | null): void => {
    onPage();
    setState(next);
  };
  const act = (action: string, document: DocumentRecord, callId: string): void =>
    setDone(`Allowed: ${action} “${document.title}”. Cerbos call ${callId}`);
  return (
    <>
      <fieldset className="filters">
        <legend className="unseen">Show</legend>
        {FILTERS.map((filter) => (
          <button
            key={filter.label}
            type="button"
            aria-pressed={filter.state === state}
            onClick={() => show(filter.state)}
          >
            {filter.label}
          </button>
        ))}
      </fieldset>
      <p className="done" aria-live="polite">
        {done || "Buttons are there where Cerbos allows the action. Press one to see its call id."}
      </p>
      <table>
        <caption className="unseen">Documents and what you may do with them</caption>
        <thead>
          <tr>
            <th scope="col">Document</th>
            <th scope="col">State</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col" className="action">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {/* Keyed by the filter too: another page is another set of rows, so that its cache hits can be seen. */}
          {shown.map((document) => (
            <DocumentRow key={`${state} ${document.id}`} document={document} onAct={act} />
          ))}
        </tbody>
      </table>
    </>
  );
}
