import { type Attempt } from "../record/attempt.ts";

/** Requests with a shorter pause between them are in one group, in ms. */
const PAUSE_MS = 500;

/** The position of a request in its group's timeline, as fractions from 0 to 1. */
export interface Bar {
  readonly start: number;
  readonly length: number;
  /** Whether it is the first of its group. */
  readonly isFirst: boolean;
}

/** Returns the bar of each request, by its id. Requests must be sorted by start time; those in flight end at `now`. */
export function barsOf(attempts: readonly Attempt[], now: number): ReadonlyMap<number, Bar> {
  const bars = new Map<number, Bar>();
  for (const group of groupsOf(attempts, now)) {
    const begin = group[0]?.startedAt ?? 0;
    const span = Math.max(1, ...group.map((attempt) => endOf(attempt, now) - begin));
    for (const attempt of group) {
      const { id, startedAt } = attempt;
      bars.set(id, {
        start: (startedAt - begin) / span,
        length: (endOf(attempt, now) - startedAt) / span,
        isFirst: attempt === group[0],
      });
    }
  }
  return bars;
}

function groupsOf(attempts: readonly Attempt[], now: number): Attempt[][] {
  const groups: Attempt[][] = [];
  let end = -Infinity;
  for (const attempt of attempts) {
    if (attempt.startedAt - end > PAUSE_MS) groups.push([]);
    groups.at(-1)?.push(attempt);
    end = Math.max(end, endOf(attempt, now));
  }
  return groups;
}

function endOf({ endedAt }: Attempt, now: number): number {
  return endedAt ?? now;
}
