/** Runs at once what others brought along, and whose failure, now or later, is no reason for ours. */
export function ignoreErrors(task: () => unknown): void {
  // `async` turns what it throws at once into a rejection.
  (async () => task())().catch(() => {});
}
