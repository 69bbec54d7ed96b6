import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, useState } from "react";
import { type DecisionRow } from "../decisions/decision-row.ts";
import { useDecisionRows } from "../decisions/use-decision-rows.ts";
import { filterRows } from "./filter-rows.ts";
import { OverrideButtons } from "./override-buttons.tsx";
import { useScenario, whatIf } from "./page-what-if.ts";

/** How many rows are shown at first, and added by each click on "Show more". */
const PAGE = 50;

const STATES = {
  allowed: { mark: "✓", className: "allow" },
  denied: { mark: "✕", className: "deny" },
  pending: { mark: "…", className: "muted" },
  error: { mark: "!", className: "warn" },
} as const satisfies Record<DecisionRow["state"], object>;

/** Lists the decisions of the page, with buttons to override each one. */
export function Overrides({ provider }: { readonly provider: InspectedProvider }): ReactNode {
  const rows = useDecisionRows(provider);
  const { overrides } = useScenario(provider.id);
  const [filter, setFilter] = useState("");
  const [count, setCount] = useState(PAGE);
  const found = filterRows(rows, filter, overrides);
  return (
    <section aria-labelledby="overrides">
      <h2 id="overrides">Single decisions</h2>
      <p className="muted">
        An override applies to one action on one resource id, with any attributes. It does not change plans. To list
        your overrides, filter by “overridden”.
      </p>
      <p>
        <label>
          Filter{" "}
          <input
            type="search"
            value={filter}
            placeholder="edit denied"
            onChange={({ target }) => setFilter(target.value)}
          />
        </label>{" "}
        {overrides.size > 0 && (
          <button onClick={() => whatIf.clearOverrides(provider)}>Clear overrides ({overrides.size})</button>
        )}
      </p>
      {rows.length === 0 && <p className="empty">This page has made no checks yet.</p>}
      {rows.length > 0 && found.length === 0 && <p className="empty">No decision matches the filter.</p>}
      <ul className="overrides">
        {found.slice(0, count).map((row) => (
          <OverrideRow key={`${row.action} ${row.resourceKey}`} provider={provider} row={row} />
        ))}
      </ul>
      {found.length > count && (
        <button onClick={() => setCount(count + PAGE)}>Show more of {found.length} decisions</button>
      )}
    </section>
  );
}

function OverrideRow({
  provider,
  row,
}: {
  readonly provider: InspectedProvider;
  readonly row: DecisionRow;
}): ReactNode {
  const { mark, className } = STATES[row.state];
  return (
    <li>
      <span className="what">
        <code>{row.action}</code> {row.kind} <b>{row.id}</b>
      </span>
      <span className={className}>
        <span aria-hidden="true">{mark}</span> {row.state}
      </span>
      <OverrideButtons provider={provider} row={row} />
    </li>
  );
}
