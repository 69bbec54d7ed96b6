import { type EventStreamOptions, readEventStream } from "./event-stream.ts";
import { pause, unlessAborted } from "./pause.ts";

/** A stream that is opened again whenever it ends. */
export interface KeptStreamOptions extends Pick<EventStreamOptions, "address" | "signal" | "onEvent" | "onId"> {
  /** Returns the token to open it with, `null` for a session in a cookie; `undefined` if there is none now. */
  readonly token: () => string | null | undefined;
  readonly lastEventId: () => string;
  /** Resolves when it may be opened: not while the token is about to be replaced. */
  readonly ready: () => Promise<void>;
  /** Called if the gateway refuses the token. */
  readonly onRefused: () => Promise<void>;
}

/** The longest wait before the first try, and the longest of all, in ms. Each one may be twice as long. */
const FIRST_WAIT_MS = 4000;
const LONGEST_WAIT_MS = 60_000;
/** The longest `Retry-After` that is waited for, in ms. */
const LONGEST_RETRY_AFTER_MS = 600_000;
/** After a stream was open for this long, in ms, the next wait is a first one again. */
const GOOD_MS = 10_000;

/** Keeps a stream open until the signal is aborted, or the address has none: then it resolves with false. */
export async function keepStream(options: KeptStreamOptions): Promise<boolean> {
  const { signal, token, lastEventId, ready, onRefused } = options;
  for (let failures = 0; ; failures += 1) {
    // Another tab may wait for the stream, so an abort must end this at once.
    await unlessAborted(ready(), signal);
    const current = token();
    const openedAt = Date.now();
    const end =
      current === undefined || signal.aborted
        ? {}
        : await readEventStream({ ...options, token: current, lastEventId: lastEventId() });
    if (signal.aborted) return true;
    if (end.isAbsent) return false;
    if (Date.now() - openedAt >= GOOD_MS) failures = 0;
    if (end.isRefused) await unlessAborted(onRefused(), signal);
    await pause(waitMs(failures, end.retryAfterMs), signal);
    if (signal.aborted) return true;
  }
}

/** Pages that lost their streams together must not come back together. */
function waitMs(failures: number, retryAfterMs = 0): number {
  const most = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) + most * (0.25 + 0.75 * Math.random());
}
