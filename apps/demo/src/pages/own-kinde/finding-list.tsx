import { type ReactNode } from "react";
import { docsUrl } from "../../repository.ts";
import { type Finding, STATES } from "./set-up-api.ts";

const LABELS = { danger: "Danger", warning: "Warning", skipped: "Not proven", ok: "Fine" };

/** Findings of the doctor, the worst first, each with what to do. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  const worstFirst = findings.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  if (worstFirst.length === 0) return <p className="nothing-wrong">No problems found.</p>;
  return (
    <ul className="findings">
      {worstFirst.map(({ id, title, state, seen, remedy }) => (
        <li key={`${id} ${title}`} className="card" data-state={state} data-finding={id}>
          <p>
            <span className="state">{LABELS[state]}</span> <strong>{title}</strong>
          </p>
          <p>{seen}</p>
          {remedy && <p className="hint">{remedy}</p>}
          <a className="hint" href={docsUrl(`guides/doctor.md#${id}`)}>
            More about {id}
          </a>
        </li>
      ))}
    </ul>
  );
}
