import { type Decision, type PdpEntry } from "@kinde-cerbos/core";
import { readAnswer, readDecision } from "@kinde-cerbos/core/internal";
import { type Attempt } from "./attempt.ts";

/** An entry of a request, and the PDP's answer to its checks. */
export interface SentEntry {
  readonly resource: PdpEntry["resource"];
  readonly checks: readonly SentCheck[];
}

/** One action of an entry. */
interface SentCheck {
  readonly action: string;
  /** `null` if there is no answer, or it has none to this check. */
  readonly decision: Decision | null;
}

const known = new WeakMap<Attempt, readonly SentEntry[]>();

/** The entries of a request; none of a plan. */
export function sentEntries(attempt: Attempt): readonly SentEntry[] {
  const found = known.get(attempt) ?? readEntries(attempt);
  known.set(attempt, found);
  return found;
}

function readEntries({ what, request, answer }: Attempt): readonly SentEntry[] {
  if (what !== "check") return [];
  // An answer that nobody can read has no decisions, and neither has one without the row.
  const read = orNull(() => readAnswer(answer, request.resources));
  return request.resources.map(({ resource, actions }, at) => ({
    resource,
    checks: actions.map((action) => ({
      action,
      decision: read && orNull(() => readDecision({ action, resource }, read.rows[at], read.callId)),
    })),
  }));
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
