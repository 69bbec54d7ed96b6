/** A request as the browser has timed it. Times are ms since `performance.timeOrigin`. */
export interface RecordedRequest {
  /** Which one it is, from 1. */
  readonly number: number;
  /** When the page asked for it. */
  readonly askedAt: number;
  /** When it was sent: a browser holds back what is more than six at a time. */
  readonly sentAt: number;
  readonly endedAt: number;
  /** Bytes of the body that was sent. */
  readonly up: number;
  /** Bytes of the body that came back, as it came. */
  readonly down: number;
}

/** A recording that goes on. */
export interface Recording {
  /** Ends it. Resolves with all requests, in the order in which they were asked for. */
  readonly stop: () => Promise<readonly RecordedRequest[]>;
}

/** How long to wait for the browser to tell its times, after all is answered. */
const PATIENCE_MS = 1000;

/**
 * Records the requests to an address that begins so, whichever client sends them: `fetch` tells what is sent, and the
 * browser's resource timing the rest.
 */
export function recordRequests(path: string, onRequest: () => void): Recording {
  const bodies: number[] = [];
  const timings: PerformanceResourceTiming[] = [];
  const all = Promise.withResolvers<void>();
  const isOurs = (address: string): boolean => new URL(address, window.location.href).pathname.startsWith(path);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry instanceof PerformanceResourceTiming && isOurs(entry.name)) timings.push(entry);
    }
    if (timings.length >= bodies.length) all.resolve();
  });
  observer.observe({ type: "resource" });

  const { fetch } = globalThis;
  const recorded: typeof fetch = (input, init) => {
    if (isOurs(input instanceof Request ? input.url : String(input))) {
      bodies.push(typeof init?.body === "string" ? new TextEncoder().encode(init.body).length : 0);
      onRequest();
    }
    return fetch(input, init);
  };
  globalThis.fetch = recorded;

  return {
    async stop() {
      if (globalThis.fetch === recorded) globalThis.fetch = fetch;
      if (timings.length < bodies.length) {
        setTimeout(all.resolve, PATIENCE_MS);
        await all.promise;
      }
      observer.disconnect();
      const inOrder = timings.toSorted((a, b) => a.startTime - b.startTime);
      return inOrder.map((timing, at) => ({
        number: at + 1,
        askedAt: timing.startTime,
        // A request that failed was never sent.
        sentAt: timing.requestStart || timing.startTime,
        endedAt: timing.responseEnd,
        up: bodies[at] ?? 0,
        down: timing.encodedBodySize,
      }));
    },
  };
}
