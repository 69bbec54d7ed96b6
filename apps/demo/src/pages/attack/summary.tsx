import { type ReactNode } from "react";
import { ATTACKS } from "./attacks.ts";
import { type Outcome } from "./use-attacks.ts";

interface SummaryProps {
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly isSending: boolean;
}

/** How many lies won something, read out when all are answered. */
export function Summary({ outcomes, isSending }: SummaryProps): ReactNode {
  return (
    <output className="attack-summary">
      {isSending ? `Sending… ${outcomes.size} of ${ATTACKS.length}` : textOf(outcomes)}
    </output>
  );
}

function textOf(outcomes: SummaryProps["outcomes"]): string {
  const lies = ATTACKS.filter(({ prize }) => prize !== "nothing");
  const answers = lies.flatMap(({ id }) => {
    const sent = outcomes.get(id)?.answers;
    return sent ? [sent] : [];
  });
  if (answers.length === 0) return "Nothing sent yet. Open a row to read what it tries.";
  const won = (door: "direct" | "gateway" | "api"): number => answers.filter((sent) => sent[door]?.wins).length;
  const lied = answers.length === 1 ? "1 lie" : `${answers.length} lies`;
  const wins = `${won("direct")} directly, ${won("gateway")} through the gateway, ${won("api")} at the API`;
  return `${lied} sent. Successful: ${wins}.`;
}
