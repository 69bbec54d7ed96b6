import { type ReceivedResponse } from "./option.ts";

/** A server that wants to be asked later than this is not believed, in ms. */
const LONGEST_RETRY_AFTER_MS = 86_400_000;

/** `Retry-After` in ms: seconds or a date. `undefined` for none, and for one that cannot be read or is past. */
export function retryAfterIn(headers: ReceivedResponse["headers"]): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 && ms <= LONGEST_RETRY_AFTER_MS ? ms : undefined;
}
