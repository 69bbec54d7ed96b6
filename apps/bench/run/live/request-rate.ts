import { spreadDelay } from "@kinde-cerbos/server/internal";
import { randomOf } from "../random.ts";

/** What requests are counted by, in ms. */
export const WINDOW_MS = 100;

/** The defaults of `createEvents`. */
const MAX_SPREAD_MS = 60_000;
const SPREAD_MS_PER_STREAM = 2;

/** Returns when each of so many pages sends its request after one event, in ms, by the gateway's own code. */
export function simulateDelays(pages: number, spreadMsPerStream: number = SPREAD_MS_PER_STREAM): readonly number[] {
  const random = randomOf(1);
  const options = { spreadMsPerStream, maxSpreadMs: MAX_SPREAD_MS, random };
  return Array.from({ length: pages }, () => spreadDelay(pages, options));
}

/** How many of these times are in each window, from 0 to the last one. */
export function perWindow(times: readonly number[]): readonly number[] {
  const places = times.map((time) => Math.max(0, Math.floor(time / WINDOW_MS)));
  const counts = Array.from({ length: Math.max(0, ...places) + 1 }, () => 0);
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1;
  return counts;
}

/** The most of these times that are within any window, wherever it begins. */
export function peakOf(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  let first = 0;
  let peak = 0;
  sorted.forEach((time, last) => {
    while ((sorted[first] ?? 0) <= time - WINDOW_MS) first += 1;
    peak = Math.max(peak, last - first + 1);
  });
  return peak;
}
