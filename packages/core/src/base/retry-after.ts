/**
 * When a server wants to be asked again, in ms from now, by its `Retry-After`: seconds, or a date. `undefined` if it
 * does not say.
 */
export function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  const ms = Number(value) * 1000 || Date.parse(value ?? "") - Date.now();
  return ms > 0 ? ms : undefined;
}
