import { Fragment, type ReactNode } from "react";
import { AttackDetails } from "./attack-details.tsx";
import { type Attack, DOORS } from "./attack.ts";
import { GROUPS } from "./attacks.ts";
import { Badge } from "./badge.tsx";
import { DOOR_NAMES } from "./door-names.ts";
import { type Outcome } from "./use-attacks.ts";

interface AttackTableProps {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly isSending: boolean;
  /** The attack that is opened, by its id. */
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  readonly onSend: (attack: Attack) => void;
}

/** All attacks, each with what came of it at the three doors. */
export function AttackTable({ outcomes, isSending, chosen, onChoose, onSend }: AttackTableProps): ReactNode {
  return (
    <table className="attacks">
      <caption className="unseen">The result of each request at three addresses</caption>
      <thead>
        <tr>
          <th scope="col">Request</th>
          {DOORS.map((door) => (
            <th key={door} scope="col">
              {DOOR_NAMES[door].name} <code>{DOOR_NAMES[door].address}</code>
            </th>
          ))}
        </tr>
      </thead>
      {GROUPS.map(({ title, attacks }) => (
        <tbody key={title}>
          <tr className="group">
            <th scope="rowgroup" colSpan={4}>
              {title}
            </th>
          </tr>
          {attacks.map((attack) => {
            const outcome = outcomes.get(attack.id);
            const isOpen = attack.id === chosen;
            return (
              <Fragment key={attack.id}>
                <tr data-attack={attack.id} data-open={isOpen}>
                  <th scope="row">
                    <button
                      type="button"
                      className="quiet"
                      aria-expanded={isOpen}
                      onClick={() => onChoose(isOpen ? null : attack.id)}
                    >
                      {attack.title}
                    </button>
                  </th>
                  {DOORS.map((door) => (
                    <td key={door} data-door={door}>
                      <Result outcome={outcome} attack={attack} door={door} />
                    </td>
                  ))}
                </tr>
                {isOpen && (
                  <tr className="opened">
                    <td colSpan={4}>
                      <AttackDetails
                        attack={attack}
                        outcome={outcome}
                        isSending={isSending}
                        onSend={() => onSend(attack)}
                      />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

interface ResultProps {
  readonly outcome: Outcome | undefined;
  readonly attack: Attack;
  readonly door: (typeof DOORS)[number];
}

function Result({ outcome, attack, door }: ResultProps): ReactNode {
  const answer = outcome?.answers?.[door];
  if (answer) return <Badge answer={answer} prize={attack.prize} />;
  return <span className="hint">{outcome ? "Not sent" : <span aria-label="Not sent yet">–</span>}</span>;
}
