/** What to do when this process should end. */
export interface StopHandlers {
  /** Called at the first signal. */
  readonly first: (signal: NodeJS.Signals) => void;
  /** Called at the next signal, from someone who does not want to wait. */
  readonly again: () => void;
}

// A terminal sends Ctrl-C to every program of the pipeline, and npx, pnpm and turbo each pass it on. A signal this soon
// after the first one, in ms, is from the same Ctrl-C.
const SAME_SIGNAL = 500;

/** Calls the handlers on SIGINT, SIGTERM and SIGHUP. */
export function onStopSignal({ first, again }: StopHandlers): void {
  let firstAt: number | undefined;
  const handle = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      first(signal);
    } else if (Date.now() - firstAt > SAME_SIGNAL) {
      again();
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, handle);
}
