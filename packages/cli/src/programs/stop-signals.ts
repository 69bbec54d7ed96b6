/** What to do when this process is asked to end. */
export interface StopHandlers {
  /** At the first signal. */
  readonly first: () => void;
  /** At the next one, for whoever does not want to wait. */
  readonly again: () => void;
}

// A terminal sends Ctrl-C to every program of the pipeline, and npx, pnpm and turbo each pass it on:
// what comes this soon after the first signal (ms) is the same Ctrl-C.
const SAME_SIGNAL = 500;

/** Calls the handlers on SIGINT, SIGTERM and SIGHUP. */
export function onStopSignal({ first, again }: StopHandlers): void {
  let asked: number | undefined;
  const handle = (): void => {
    if (asked === undefined) {
      asked = Date.now();
      first();
    } else if (Date.now() - asked > SAME_SIGNAL) {
      again();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handle);
}
