import { Failure } from "../error-text.ts";
import { letProcessEnd } from "../let-process-end.ts";
import { settled } from "../settled.ts";
import { type ReportProblem } from "./events-log.ts";

/** Ends Kinde's cache of the claims of users. */
export interface ClaimsRefresher {
  /** Refreshes the claims of a user because of a change at this time, in ms, unless that is about to be done. */
  readonly refresh: (subject: string, at: number) => void;
  readonly close: () => void;
}

/** Options for {@link createClaimsRefresher}. */
export interface ClaimsRefresherOptions {
  readonly refreshClaims: ((subject: string) => Promise<void>) | undefined;
  /** Runs after each success. */
  readonly onRefreshed: (subject: string) => void;
}

/** Calls at a time. */
const CONCURRENCY = 8;
/** Waits before another try, in ms. */
const PAUSES_MS = [1000, 4000];
/** A call without an end has failed after this long, in ms. */
const TIMEOUT_MS = 30_000;

/** Creates one for the users of this process. A failure is reported and does not delay other users. */
export function createClaimsRefresher(
  { refreshClaims, onRefreshed }: ClaimsRefresherOptions,
  report: ReportProblem,
): ClaimsRefresher {
  /** Users, and the latest change for which they are refreshed. */
  const waiting = new Map<string, number>();
  const running = new Map<string, number>();
  let isClosed = false;

  const attempt = async (subject: string): Promise<void> => {
    for (const pause of [...PAUSES_MS, null]) {
      try {
        // `async` turns what it throws at once into a rejection.
        const isDone = await settled(
          (async () => refreshClaims?.(subject))().then(() => true),
          TIMEOUT_MS,
        );
        if (isDone !== true) throw new Failure(`refreshClaims did not end within ${TIMEOUT_MS} ms.`);
        if (!isClosed) onRefreshed(subject);
        return;
      } catch (error) {
        if (isClosed) return;
        if (pause === null) return report("refresh_claims_failed", error);
        await new Promise((resolve) => letProcessEnd(setTimeout(resolve, pause)));
      }
    }
  };
  const next = (): void => {
    for (const [subject, at] of waiting) {
      if (isClosed || running.size >= CONCURRENCY) return;
      // A later change came while it ran, so it runs again afterwards.
      if (running.has(subject)) continue;
      waiting.delete(subject);
      running.set(subject, at);
      void attempt(subject).finally(() => {
        running.delete(subject);
        next();
      });
    }
  };
  return {
    refresh(subject, at) {
      if ((running.get(subject) ?? -Infinity) >= at) return;
      waiting.set(subject, at);
      next();
    },
    close() {
      isClosed = true;
      waiting.clear();
    },
  };
}
