/**
 * How long a server asks callers to wait, in ms from now, from its `Retry-After` in seconds or as a date; `undefined`
 * if it has none.
 */
export function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  const ms = Number(value) * 1000 || Date.parse(value ?? "") - Date.now();
  return ms > 0 ? ms : undefined;
}
