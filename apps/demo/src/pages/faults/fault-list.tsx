import { type ReactNode } from "react";
import { type Fault, FAULTS } from "./faults.ts";

interface FaultListProps {
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

const GROUPS = [...new Set(FAULTS.map(({ group }) => group))];

/** The faults, by place: a list, or a choice if there is no room for one. */
export function FaultList({ chosen, onChoose }: FaultListProps): ReactNode {
  return (
    <>
      <label className="fault-choice">
        Fault
        <select value={chosen} onChange={({ target }) => onChoose(target.value)}>
          {GROUPS.map((group) => (
            <optgroup key={group} label={group}>
              {faultsIn(group).map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <div className="fault-list">
        {GROUPS.map((group) => (
          <fieldset key={group}>
            <legend>{group}</legend>
            {faultsIn(group).map(({ name, title }) => (
              <label key={name}>
                <input type="radio" name="fault" checked={name === chosen} onChange={() => onChoose(name)} />
                {title}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </>
  );
}

function faultsIn(group: string): readonly Fault[] {
  return FAULTS.filter((fault) => fault.group === group);
}
