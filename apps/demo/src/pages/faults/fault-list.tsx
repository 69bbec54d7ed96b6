import { type ReactNode } from "react";
import { FAULTS } from "./faults.ts";

interface FaultListProps {
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

const GROUPS = [...new Set(FAULTS.map(({ group }) => group))];

/** What can be wrong, and where. */
export function FaultList({ chosen, onChoose }: FaultListProps): ReactNode {
  return (
    <div className="fault-list">
      {GROUPS.map((group) => (
        <fieldset key={group}>
          <legend>{group}</legend>
          {FAULTS.filter((fault) => fault.group === group).map(({ name, title }) => (
            <label key={name}>
              <input type="radio" name="fault" checked={name === chosen} onChange={() => onChoose(name)} />
              {title}
            </label>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
