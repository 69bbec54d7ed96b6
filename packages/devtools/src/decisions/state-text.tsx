import { type ReactNode } from "react";
import { type DecisionRow } from "./decision-row.ts";

const LOOKS = {
  allowed: ["✓", "allow"],
  denied: ["✕", "deny"],
  pending: ["…", "muted"],
  error: ["!", "warn"],
} as const;

/** The state of a decision, with a symbol, because color alone is not accessible. */
export function StateText({ state }: { readonly state: DecisionRow["state"] }): ReactNode {
  const [sign, className] = LOOKS[state];
  return (
    <span className={className}>
      <span aria-hidden="true">{sign}</span> {state}
    </span>
  );
}
