import { type ReactNode } from "react";
import { ACTIONS } from "../../../data/document.ts";
import { type Member } from "./matrix-api.ts";

interface MatrixTableProps {
  readonly members: readonly Member[];
  /** The cell that is explained. */
  readonly chosen: string | null;
  readonly onChoose: (cell: string | null) => void;
}

/** People in their organizations, and what each may do. Each cell can be pressed for its reason. */
export function MatrixTable({ members, chosen, onChoose }: MatrixTableProps): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls where it is wider than the page
    <section className="card matrix-scroll" aria-label="Decisions" tabIndex={0}>
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Person</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col">
                {action}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map(({ person, organization, answers }) => (
            <tr key={`${person.id} ${organization.code}`}>
              <th scope="row">
                {person.name} <span className="hint">{organization.name}</span>
              </th>
              {answers.map(({ action, allowed }) => {
                const cell = `${person.id} ${organization.code} ${action}`;
                return (
                  <td key={action}>
                    <button
                      type="button"
                      className="quiet"
                      data-allowed={allowed}
                      aria-pressed={cell === chosen}
                      onClick={() => onChoose(cell === chosen ? null : cell)}
                    >
                      <span className="unseen">{`${person.name} in ${organization.name}, ${action}: `}</span>
                      {allowed ? "Yes" : "No"}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
