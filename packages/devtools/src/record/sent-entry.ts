import { type Attempt } from "./attempt.ts";
import { readEntries, type SentEntry } from "./read-entries.ts";

const known = new WeakMap<Attempt, readonly SentEntry[]>();

/** Returns the entries of a request; an empty list for a plan. */
export function sentEntries(attempt: Attempt): readonly SentEntry[] {
  const found = known.get(attempt) ?? entriesOf(attempt);
  known.set(attempt, found);
  return found;
}

function entriesOf({ what, request, answer }: Attempt): readonly SentEntry[] {
  return what === "check" ? readEntries(request.resources, answer) : [];
}
