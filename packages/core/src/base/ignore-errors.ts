/** Runs code of the caller at once and ignores its errors, synchronous or not. */
export function ignoreErrors(task: () => unknown): void {
  // `async` turns what it throws at once into a rejection.
  (async () => task())().catch(() => {});
}
