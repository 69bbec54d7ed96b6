import { type Attempt } from "../record/attempt.ts";

/** Requests with less than this between them belong together, in ms. */
const PAUSE_MS = 500;

/** Where a request is among those around it: parts of their time from 0 to 1. */
export interface Bar {
  readonly start: number;
  readonly length: number;
  /** Whether it begins after a pause. */
  readonly isFirst: boolean;
}

/** The bar of each request, by its id. Requests are in the order of their beginning; `now` ends those in flight. */
export function barsOf(attempts: readonly Attempt[], now: number): ReadonlyMap<number, Bar> {
  const bars = new Map<number, Bar>();
  for (const burst of burstsOf(attempts, now)) {
    const begin = burst[0]?.startedAt ?? 0;
    const span = Math.max(1, ...burst.map((attempt) => endOf(attempt, now) - begin));
    for (const attempt of burst) {
      const { id, startedAt } = attempt;
      bars.set(id, {
        start: (startedAt - begin) / span,
        length: (endOf(attempt, now) - startedAt) / span,
        isFirst: attempt === burst[0],
      });
    }
  }
  return bars;
}

function burstsOf(attempts: readonly Attempt[], now: number): Attempt[][] {
  const bursts: Attempt[][] = [];
  let end = -Infinity;
  for (const attempt of attempts) {
    if (attempt.startedAt - end > PAUSE_MS) bursts.push([]);
    bursts.at(-1)?.push(attempt);
    end = Math.max(end, endOf(attempt, now));
  }
  return bursts;
}

function endOf({ endedAt }: Attempt, now: number): number {
  return endedAt ?? now;
}
