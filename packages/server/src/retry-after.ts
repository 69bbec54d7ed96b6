import { type ReceivedResponse } from "./option.ts";

/** Longest `Retry-After` that is used, in ms. A longer one is ignored. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** Returns `Retry-After` in ms, from seconds or a date. `undefined` if it is missing, unreadable or past. */
export function retryAfterIn(headers: ReceivedResponse["headers"]): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 && ms <= LONGEST_RETRY_AFTER_MS ? ms : undefined;
}
