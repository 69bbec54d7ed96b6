import { type ReactNode } from "react";
import { STATES, type StoredDocument } from "../../../data/document.ts";
import { type MatrixAddress } from "./use-matrix-address.ts";

interface ResourceFormProps {
  readonly documents: readonly StoredDocument[];
  readonly address: MatrixAddress;
}

const STATE_NAMES = { draft: "Draft", in_review: "In review", published: "Published", archived: "Archived" };

/** Which document it is about, and what if it were another's or in another state. */
export function ResourceForm({ documents, address }: ResourceFormProps): ReactNode {
  const { document, state, owner, filter } = address;
  return (
    <form className="matrix-form" onSubmit={(event) => event.preventDefault()}>
      <label>
        Document
        <select value={document?.id ?? ""} onChange={({ target }) => address.setDocument(target.value)}>
          {documents.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        State
        <select value={state ?? ""} onChange={({ target }) => address.setState(target.value || null)}>
          <option value="">{document ? `Unchanged: ${STATE_NAMES[document.state]}` : "Unchanged"}</option>
          {STATES.map((name) => (
            <option key={name} value={name}>
              {STATE_NAMES[name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Owner
        <select value={owner ?? ""} onChange={({ target }) => address.setOwner(target.value || null)}>
          <option value="">{`Unchanged${document ? `: ${nameOf(document.ownerId)}` : ""}`}</option>
          {PEOPLE.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Show
        <input
          type="search"
          placeholder="Person or organization"
          value={filter}
          onChange={({ target }) => address.setFilter(target.value || null)}
        />
      </label>
    </form>
  );
}

function nameOf(id: string): string {
  return PEOPLE.find((person) => person.id === id)?.name ?? id;
}
