/** Waits for a number of ms. */
type Delay = (ms: number) => Promise<void>;

/** A delay that is one for all who begin to wait in the same task: checks that come out of it are one batch again. */
export function createDelay(): Delay {
  let begun: Promise<void> | null = null;
  return async (ms) => {
    if (begun === null) {
      begun = new Promise((resolve) => setTimeout(resolve, ms));
      setTimeout(() => (begun = null));
    }
    return begun;
  };
}
