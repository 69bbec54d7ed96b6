import {
  type DocumentResource,
  type DocumentState,
  documentResource,
  STATES,
  type StoredDocument,
} from "../../../data/document.ts";
import { useSearchParam } from "../../ui/use-search-param.ts";

/** The state of the matrix, which is kept in the address. */
export interface MatrixAddress {
  readonly document: StoredDocument | undefined;
  /** Instead of the document's own; `null` for that. */
  readonly state: DocumentState | null;
  readonly owner: string | null;
  /** What names of people and organizations have to contain. */
  readonly filter: string;
  /** The cell that explains itself: `kp_mara org_aurora edit`. */
  readonly cell: string | null;
  /** The resource of the checks; `null` while there is no document. */
  readonly resource: DocumentResource | null;
  readonly setDocument: (id: string | null) => void;
  readonly setState: (state: string | null) => void;
  readonly setOwner: (id: string | null) => void;
  readonly setFilter: (text: string | null) => void;
  readonly setCell: (cell: string | null) => void;
}

export function useMatrixAddress(documents: readonly StoredDocument[]): MatrixAddress {
  const [id, setDocument] = useSearchParam("document");
  const [stateName, setState] = useSearchParam("state");
  const [ownerId, setOwner] = useSearchParam("owner");
  const [filter, setFilter] = useSearchParam("show");
  const [cell, setCell] = useSearchParam("cell");
  const document = documents.find((one) => one.id === id) ?? documents[0];
  const state = STATES.find((name) => name === stateName) ?? null;
  const owner = PEOPLE.find((one) => one.id === ownerId)?.id ?? null;
  const changed = document && { ...document, state: state ?? document.state, ownerId: owner ?? document.ownerId };
  return {
    document,
    state,
    owner,
    filter: filter ?? "",
    cell,
    resource: changed ? documentResource(changed) : null,
    setDocument,
    setState,
    setOwner,
    setFilter,
    setCell,
  };
}
