import { useEffect, useState } from "react";
import { type Recorder } from "../record/recorder.ts";
import { barsOf } from "./bursts.ts";
import { type RequestRow, requestRows } from "./request-row.ts";

/** How often the rows are read at most, in ms. */
const INTERVAL_MS = 100;

/** The requests of a provider as they are now, and the checks that the cache answered since the newest one. */
export interface RequestRows {
  /** The newest first. */
  readonly rows: readonly RequestRow[];
  readonly bars: ReturnType<typeof barsOf>;
  readonly cacheHits: number;
}

/** The requests of a provider, read again when there is another one, or one has ended. */
export function useRequestRows(recorder: Recorder, providerId: number): RequestRows {
  const [rows, setRows] = useState(() => readRows(recorder, providerId));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      timer = undefined;
      setRows(readRows(recorder, providerId));
    };
    const later = (): void => void (timer ??= setTimeout(read, INTERVAL_MS));
    read();
    const ends = [recorder.subscribe(later), recorder.cacheHits.subscribe(later)];
    return () => {
      ends.forEach((end) => end());
      clearTimeout(timer);
    };
  }, [recorder, providerId]);
  return rows;
}

function readRows(recorder: Recorder, providerId: number): RequestRows {
  const rows = requestRows(recorder.attempts(), providerId, recorder.cacheHits);
  const bars = barsOf(rows.map(({ attempt }) => attempt).toReversed(), Date.now());
  return { rows, bars, cacheHits: recorder.cacheHits.after(providerId, rows[0]?.attempt.id ?? null) };
}
