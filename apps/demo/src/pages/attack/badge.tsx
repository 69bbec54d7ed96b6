import { type ReactNode } from "react";
import { type Answer } from "./answer.ts";
import { type Prize } from "./attack.ts";

const WORDS = { allowed: "Allowed", denied: "Denied", refused: "Refused", failed: "No answer" };

/** How a verdict is to be seen: good if it is what protects. */
function toneOf({ verdict, wins }: Answer, prize: Prize): "good" | "bad" | "warn" | "plain" {
  if (verdict === "failed") return "warn";
  if (wins) return "bad";
  // Allowed, and rightly so.
  return prize === "nothing" || verdict === "allowed" ? "plain" : "good";
}

/** The result of an attack at one door, in a word. */
export function Badge({ answer, prize }: { readonly answer: Answer; readonly prize: Prize }): ReactNode {
  const { verdict, status, wins } = answer;
  const word = wins && prize === "knowledge" ? "Revealed" : WORDS[verdict];
  return (
    <span className="verdict" data-tone={toneOf(answer, prize)} data-verdict={verdict}>
      {word} {status !== null && status !== 200 && <span className="status">{status}</span>}
    </span>
  );
}
