import { type ReactNode } from "react";
import { type DecisionRow } from "./decision-row.ts";
import { type Filter, STATES, valuesOf } from "./filter.ts";

interface FilterBarProps {
  readonly rows: readonly DecisionRow[];
  /** How many of the rows match the filter. */
  readonly count: number;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  /** Shown at the end of the bar. */
  readonly children: ReactNode;
}

/** The controls that filter the decisions. */
export function FilterBar({ rows, count, filter, onChange, children }: FilterBarProps): ReactNode {
  const { components } = filter;
  return (
    <div className="filters">
      <input
        type="search"
        aria-label="Search decisions"
        placeholder="Search"
        value={filter.text}
        onChange={({ target }) => onChange({ ...filter, text: target.value })}
      />
      <Choice
        name="Kind"
        values={valuesOf(rows, "kind")}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <Choice
        name="Action"
        values={valuesOf(rows, "action")}
        value={filter.action}
        onChange={(action) => onChange({ ...filter, action })}
      />
      <Choice
        name="State"
        values={STATES}
        value={filter.state}
        onChange={(state) => onChange({ ...filter, state: STATES.find((one) => one === state) ?? "" })}
      />
      <label>
        <input
          type="checkbox"
          checked={filter.isOnScreenOnly}
          onChange={({ target }) => onChange({ ...filter, isOnScreenOnly: target.checked })}
        />{" "}
        On screen only
      </label>
      {components && (
        <button onClick={() => onChange({ ...filter, components: null })}>
          Show all components, not only {components.name}
        </button>
      )}
      {children}
      <output className="count muted">
        {count} of {rows.length}
      </output>
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly values: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ name, values, value, onChange }: ChoiceProps): ReactNode {
  // The page may no longer have the chosen value.
  const all = value === "" || values.includes(value) ? values : [...values, value];
  return (
    <select aria-label={name} value={value} onChange={({ target }) => onChange(target.value)}>
      <option value="">{name}: all</option>
      {all.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}
