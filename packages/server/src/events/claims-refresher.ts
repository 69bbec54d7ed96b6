import { Failure } from "../error-text.ts";
import { settled } from "../settled.ts";
import { type ReportProblem } from "./events-log.ts";

/** Ends Kinde's cache of the claims of users. */
export interface ClaimsRefresher {
  /** Refreshes the claims of a user soon. A user who waits already is refreshed once. */
  readonly refresh: (subject: string) => void;
  readonly close: () => void;
}

/** What the refresher calls. */
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

/** Makes one for the users of this process. Whoever fails is reported, and holds up nobody else. */
export function createClaimsRefresher(
  { refreshClaims, onRefreshed }: ClaimsRefresherOptions,
  report: ReportProblem,
): ClaimsRefresher {
  const waiting = new Set<string>();
  const running = new Set<string>();
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
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  };
  const next = (): void => {
    for (const subject of waiting) {
      if (isClosed || running.size >= CONCURRENCY) return;
      // Another change came while it ran, so it runs again afterwards.
      if (running.has(subject)) continue;
      waiting.delete(subject);
      running.add(subject);
      void attempt(subject).finally(() => {
        running.delete(subject);
        next();
      });
    }
  };
  return {
    refresh(subject) {
      waiting.add(subject);
      next();
    },
    close() {
      isClosed = true;
      waiting.clear();
    },
  };
}
