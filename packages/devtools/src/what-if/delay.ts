/** Waits for a number of ms. */
type Delay = (ms: number) => Promise<void>;

/** Returns a delay that callers in the same task share, so that their checks are sent in one batch afterwards. */
export function createDelay(): Delay {
  let started: Promise<void> | null = null;
  return async (ms) => {
    if (started === null) {
      started = new Promise((resolve) => setTimeout(resolve, ms));
      setTimeout(() => (started = null));
    }
    return started;
  };
}
