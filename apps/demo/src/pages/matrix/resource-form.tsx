import { type ReactNode } from "react";
import { STATES, type StoredDocument } from "../../../data/document.ts";
import { type Asked } from "./use-asked.ts";

interface ResourceFormProps {
  readonly documents: readonly StoredDocument[];
  readonly asked: Asked;
}

const STATE_NAMES = { draft: "Draft", in_review: "In review", published: "Published", archived: "Archived" };

/** Which document it is about, and what if it were another's or in another state. */
export function ResourceForm({ documents, asked }: ResourceFormProps): ReactNode {
  const { document, state, owner, filter } = asked;
  return (
    <form className="matrix-form" onSubmit={(event) => event.preventDefault()}>
      <label>
        Document
        <select value={document?.id ?? ""} onChange={({ target }) => asked.setDocument(target.value)}>
          {documents.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        State
        <select value={state ?? ""} onChange={({ target }) => asked.setState(target.value || null)}>
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
        <select value={owner ?? ""} onChange={({ target }) => asked.setOwner(target.value || null)}>
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
          onChange={({ target }) => asked.setFilter(target.value || null)}
        />
      </label>
    </form>
  );
}

function nameOf(id: string): string {
  return PEOPLE.find((person) => person.id === id)?.name ?? id;
}
