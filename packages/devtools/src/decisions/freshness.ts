import { durationText } from "../session/duration-text.ts";
import { type DecisionRow } from "./decision-row.ts";

/** Returns a text on the age of a decision and when it is checked again. */
export function freshnessText(row: DecisionRow, now: number): string {
  const { updatedAt, staleAt, isStale, isOnScreen } = row;
  if (updatedAt === 0) return "Not answered yet.";
  const age = `Answered ${durationText(now - updatedAt)} ago.`;
  if (!isOnScreen) return `${age} No component uses it, so it is not checked again until one does.`;
  const left = staleAt === null || isStale ? 0 : staleAt - now;
  if (left === Infinity) return `${age} It stays fresh until it is invalidated or reaches \`maxAge\`.`;
  const when =
    "it is checked again when another component uses it, when the window is focused, and before it reaches `maxAge`";
  return left > 0 ? `${age} Fresh for another ${durationText(left)}; after that, ${when}.` : `${age} Stale: ${when}.`;
}
