import { type Row } from "../run/summary.ts";

/** A row of three rounds of which nothing but this matters. */
export function rowWith(
  workload: string,
  contender: Row["contender"],
  ratio: number | null,
  counts: Partial<Row["counts"]> = {},
): Row {
  const quartiles = ratio === null ? null : { low: ratio * 0.9, median: ratio, high: ratio * 1.1 };
  return {
    workload,
    contender,
    rounds: 3,
    ratio: quartiles,
    ms: quartiles,
    restMs: quartiles,
    counts: { requests: 0, requestBytes: 0, responseBytes: 0, commits: 0, renders: 0, pendingRenders: 0, ...counts },
  };
}
