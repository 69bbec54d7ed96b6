import { durationText } from "../session/duration-text.ts";
import { type DecisionRow } from "./decision-row.ts";

/** How old a decision is, and when it is checked again. */
export function freshnessText(row: DecisionRow, now: number): string {
  const { updatedAt, staleAt, isStale, isOnScreen } = row;
  if (updatedAt === 0) return "Not answered yet.";
  const age = `Answered ${durationText(now - updatedAt)} ago.`;
  if (!isOnScreen) return `${age} No component shows it, so it is not checked again until one does.`;
  const left = staleAt === null || isStale ? 0 : staleAt - now;
  if (left === Infinity) return `${age} It stays fresh until it is invalidated, or too old to be shown (\`maxAge\`).`;
  const when =
    "it is checked again when another component uses it, when the window gets the focus, and before it is too old to " +
    "be shown (`maxAge`)";
  return left > 0 ? `${age} Fresh for another ${durationText(left)}; after that, ${when}.` : `${age} Stale: ${when}.`;
}
