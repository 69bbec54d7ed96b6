/** How far the answers of many pages to one event are spread over time. */
export interface SpreadOptions {
  /** How much time each page adds, in ms. */
  readonly spreadMsPerStream: number;
  /** Longest spread, in ms. */
  readonly maxSpreadMs: number;
  /** A number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/**
 * Returns how long one of `pages` pages waits before it sends anything because of an event, in ms: a random time, so
 * that all of them together send at most one request per `spreadMsPerStream`, on average.
 */
export function spreadDelay(
  pages: number,
  { spreadMsPerStream, maxSpreadMs, random = () => Math.random() }: SpreadOptions,
): number {
  return Math.floor(random() * Math.min(pages * spreadMsPerStream, maxSpreadMs));
}
