import { useState } from "react";
import { type Answer, sendLie } from "./answer.ts";
import { type Attack, type Door, DOORS, type Lie, type Means } from "./attack.ts";

/** The result of an attack: an answer of each door, or why it could not be sent. */
export type Outcome =
  | { readonly answers: { readonly [door in Door]?: Answer }; readonly problem?: undefined }
  | { readonly answers?: undefined; readonly problem: string };

/** The attacks that were sent. */
export interface SentAttacks {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly isSending: boolean;
  /** Sends these, one after the other, each to all doors at once. */
  readonly send: (attacks: readonly Attack[], collect: () => Promise<Means>) => Promise<void>;
}

export function useAttacks(): SentAttacks {
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [isSending, setIsSending] = useState(false);
  const put = (id: string, outcome: Outcome): void => setOutcomes((before) => new Map(before).set(id, outcome));

  const sendOne = async (attack: Attack, means: Means): Promise<void> => {
    let lie: Lie;
    try {
      lie = await attack.prepare(means);
    } catch {
      const problem = attack.needsIssuer
        ? `Only the local Kinde can create this token${OWN_KINDE ? "" : ", and it does not answer"}.`
        : "This browser could not create the token.";
      return put(attack.id, { problem });
    }
    const sender = { principal: means.principal, token: { text: means.token, name: "your access token" } };
    const answers = await Promise.all(
      DOORS.map(async (door) => [door, await sendLie(door, attack, lie, sender)] as const),
    );
    put(attack.id, { answers: Object.fromEntries(answers) });
  };

  return {
    outcomes,
    isSending,
    async send(attacks, collect) {
      setIsSending(true);
      try {
        const means = await collect();
        for (const attack of attacks) await sendOne(attack, means);
      } finally {
        setIsSending(false);
      }
    },
  };
}
