import { type ReactNode } from "react";
import { diffOf } from "./diff.ts";
import { type Snapshot } from "./snapshot.ts";
import { type Snapshots } from "./use-snapshot.ts";

/** In a line that stays in sight: what has changed, and a button to take that as what was before. */
export function Sum({ snapshots: { before, now, startOver } }: { readonly snapshots: Snapshots }): ReactNode {
  const text = before && now ? changeText(before, now) : "Loading decisions…";
  return (
    <div className="people-sum">
      <output>{text ?? "Nothing has changed yet."}</output>
      <button type="button" aria-disabled={text === null || !now} onClick={startOver}>
        Start a new comparison
      </button>
    </div>
  );
}

/** Describes the changes in a sentence; `null` if there are none. */
function changeText(before: Snapshot, now: Snapshot): string | null {
  const more = [...now.allowed].filter((cell) => !before.allowed.has(cell)).length;
  const fewer = [...before.allowed].filter((cell) => !now.allowed.has(cell)).length;
  if (more + fewer > 0) return `Changed. ${more} more allowed, ${fewer} fewer.`;
  const lines = [...diffOf(before.claims, now.claims), ...diffOf(before.principal, now.principal)];
  return lines.some(({ change }) => change !== "kept") ? "Changed. All decisions are the same." : null;
}
