import { bytesText, msText } from "./figure-text.ts";
import { type RecordedRequest } from "./recorded-requests.ts";
import { type Figures } from "./run.ts";

/** Bytes of all bodies. */
export function sizesOf(requests: readonly RecordedRequest[]): { readonly up: number; readonly down: number } {
  return {
    up: requests.reduce((sum, { up }) => sum + up, 0),
    down: requests.reduce((sum, { down }) => sum + down, 0),
  };
}

/** Compares both runs in a sentence; `null` until both are over. */
export function comparisonOf(single: Figures, batched: Figures): string | null {
  if (!single.timings || !batched.timings || single.ms === null || batched.ms === null) return null;
  const [one, other] = [sizesOf(single.timings), sizesOf(batched.timings)];
  return (
    `In this run, batching took ${batched.requests} ${batched.requests === 1 ? "request" : "requests"} instead of ` +
    `${single.requests}, sent ${bytesText(other.up)} instead of ${bytesText(one.up)}, and all was shown after ` +
    `${msText(batched.ms)} instead of ${msText(single.ms)}.`
  );
}
