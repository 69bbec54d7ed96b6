import { useEffect, useState } from "react";
import { type Recorder } from "../record/recorder.ts";
import { type RequestRow, requestRows } from "./request-row.ts";
import { barsOf } from "./timeline.ts";

/** The shortest time between two reads of the rows, in ms. */
const INTERVAL_MS = 100;

/** The current requests of a provider, and the number of checks that the cache answered since the newest one. */
export interface RequestRows {
  /** Newest first. */
  readonly rows: readonly RequestRow[];
  readonly bars: ReturnType<typeof barsOf>;
  readonly cacheHits: number;
}

/** Returns the requests of a provider, updated when a request starts or ends. */
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
