import { type ReactNode } from "react";
import { ACTIONS, type DocumentAction } from "../../../data/document.ts";
import { type Example } from "./examples.ts";
import { cellOf, type Snapshot } from "./snapshot.ts";

interface DecisionsTableProps {
  readonly examples: readonly Example[];
  readonly before: Snapshot;
  readonly now: Snapshot;
}

/** What a person may do with each kind of document. A decision that has changed stands out, and says so. */
export function DecisionsTable({ examples, before, now }: DecisionsTableProps): ReactNode {
  return (
    <section className="card people-decisions" aria-labelledby="people-decisions">
      <h2 id="people-decisions">Decisions</h2>
      <p className="hint">Cerbos' decisions for nine example documents of this organization.</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Document</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {examples.map((example) => (
            <tr key={example.resource.id}>
              <th scope="row">{example.title}</th>
              {ACTIONS.map((action) => (
                <td key={action}>{cell(example, action, before, now)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cell(example: Example, action: DocumentAction, before: Snapshot, now: Snapshot): ReactNode {
  const name = cellOf(example, action);
  const isAllowed = now.allowed.has(name);
  const isChanged = isAllowed !== before.allowed.has(name);
  return (
    <span className="people-decision" data-decision={name} data-allowed={isAllowed} data-changed={isChanged}>
      {isAllowed ? "Yes" : "No"}
      {isChanged && <span className="unseen">, {isAllowed ? "it was no" : "it was yes"} before</span>}
    </span>
  );
}
