import { type Decision, type PdpEntry } from "@kinde-cerbos/core";
import { readAnswer, readDecision } from "@kinde-cerbos/core/internal";

/** An entry of a request, and the PDP's answer to its checks. */
export interface SentEntry {
  readonly resource: PdpEntry["resource"];
  readonly checks: readonly SentCheck[];
}

/** One action of an entry. */
interface SentCheck {
  readonly action: string;
  /** `null` if there is no answer to this check. */
  readonly decision: Decision | null;
}

/** Returns the entries of a request with the answers to their checks, as far as they can be parsed. */
export function readEntries(entries: readonly PdpEntry[], answer: unknown): readonly SentEntry[] {
  // An answer that cannot be parsed has no decisions; neither has one without the row.
  const read = orNull(() => readAnswer(answer, entries));
  return entries.map(({ resource, actions }, at) => ({
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
