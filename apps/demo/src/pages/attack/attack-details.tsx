import { type ReactNode } from "react";
import { type Answer } from "./answer.ts";
import { type Attack, DOORS } from "./attack.ts";
import { Badge } from "./badge.tsx";
import { DOOR_NAMES } from "./door-names.ts";
import { type Outcome } from "./use-attacks.ts";

interface AttackDetailsProps {
  readonly attack: Attack;
  readonly outcome: Outcome | undefined;
  readonly isSending: boolean;
  readonly onSend: () => void;
}

/** One attack: what it tries, what stops it, and what came of it at each door. */
export function AttackDetails({ attack, outcome, isSending, onSend }: AttackDetailsProps): ReactNode {
  return (
    <div className="attack-details">
      <p>{attack.text}</p>
      <p className="hint">{attack.defense}</p>
      <button type="button" aria-disabled={isSending} onClick={onSend}>
        {outcome ? "Send it again" : "Send it"}
      </button>
      {outcome?.problem && <p className="problem">{outcome.problem}</p>}
      {outcome?.answers && (
        <ol className="doors">
          {DOORS.map((door) => {
            const answer = outcome.answers[door];
            return answer && <DoorAnswer key={door} name={DOOR_NAMES[door].name} attack={attack} answer={answer} />;
          })}
        </ol>
      )}
    </div>
  );
}

interface DoorAnswerProps {
  readonly name: string;
  readonly attack: Attack;
  readonly answer: Answer;
}

function DoorAnswer({ name, attack, answer }: DoorAnswerProps): ReactNode {
  return (
    <li className="door card">
      <p className="door-name">
        <strong>{name}</strong> <Badge answer={answer} prize={attack.prize} />
      </p>
      <dl>
        <dt>Stopped by</dt>
        <dd>{answer.layer}</dd>
        <dt>Answer</dt>
        <dd>
          <q>{answer.words}</q>
        </dd>
        <dt>Gained</dt>
        <dd>{wonText(attack, answer)}</dd>
      </dl>
      <details>
        <summary>The request</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and the keyboard must too */}
        <pre tabIndex={0} aria-label={`The request: ${name}`}>
          {answer.request}
        </pre>
      </details>
    </li>
  );
}

/** What the attack gained. */
function wonText({ prize }: Attack, { verdict, wins }: Answer): string {
  if (verdict === "failed") return "Not known";
  if (prize === "nothing") return "Nothing: the request is honest";
  if (!wins) return "Nothing";
  if (prize === "knowledge") return "Knowledge of whether the policy exists";
  return prize === "rights" ? "More than the honest request" : "An answer without a valid token";
}
