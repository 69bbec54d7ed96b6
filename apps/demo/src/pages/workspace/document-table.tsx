import { type ReactNode } from "react";
import { ACTIONS, type DocumentState, STATES, type StoredDocument } from "../../../data/document.ts";
import { useMeter } from "../../pdp/pdp-way.tsx";
import { useSearchParam } from "../../ui/use-search-param.ts";
import { ActionOutcome } from "./action-outcome.tsx";
import { DocumentRow } from "./document-row.tsx";
import { ExportDocuments } from "./export-documents.tsx";
import { type ActionRequest, useDocumentAction } from "./use-document-action.ts";

const FILTERS: readonly { readonly label: string; readonly state: DocumentState | null }[] = [
  { label: "All", state: null },
  { label: "Drafts", state: "draft" },
  { label: "In review", state: "in_review" },
  { label: "Published", state: "published" },
  { label: "Archived", state: "archived" },
];

interface DocumentTableProps {
  readonly documents: readonly StoredDocument[];
}

/** The organization's documents, each with what may be done with it. */
export function DocumentTable({ documents }: DocumentTableProps): ReactNode {
  const meter = useMeter();
  const [parameter, setState] = useSearchParam("state");
  const state = STATES.find((one) => one === parameter) ?? null;
  const { mutate, isPending, data: outcome, variables: request, reset } = useDocumentAction();
  const { mutateAsync: tryAction } = useDocumentAction();
  const show = (next: DocumentState | null): void => {
    meter.startPage();
    setState(next);
  };
  const act = (next: ActionRequest): void => {
    // A second press would send the document from before the change.
    if (!isPending) mutate(next);
  };
  return (
    <>
      <div className="document-tools">
        <fieldset className="segments">
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
        {documents.length > 0 && <ExportDocuments count={documents.length} />}
      </div>
      <ActionOutcome request={request} outcome={outcome} onClose={reset} />
      <table className="documents">
        <caption className="unseen">Documents and what you may do with them</caption>
        <thead>
          <tr>
            <th scope="col">Document</th>
            <th scope="col">Owner</th>
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
          {documents
            .filter((document) => state === null || document.state === state)
            .map((document) => (
              <DocumentRow key={`${state} ${document.id}`} document={document} onAct={act} onTry={tryAction} />
            ))}
        </tbody>
      </table>
    </>
  );
}
