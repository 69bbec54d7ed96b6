import { percentile } from "../statistics.ts";
import { GatewayChild } from "./gateway-child.ts";
import { openPages } from "./pages.ts";
import { type LivePrograms } from "./programs.ts";
import { perWindow } from "./request-rate.ts";

/** What many open pages do on one event. */
export interface Stampede {
  readonly pages: number;
  readonly spreadMsPerStream: number;
  /** Requests that have come in each 100 ms after the event. */
  readonly requests: readonly number[];
  /** Answers other than 200, by their status. */
  readonly refused: { readonly [status: string]: number };
  /** From a page's request to its answer, in ms. */
  readonly answerMs: { readonly p50: number; readonly p95: number; readonly most: number };
}

/** One event to so many pages, each with one request of 20 checks, through a gateway to a PDP. */
export async function measureStampede(
  programs: LivePrograms,
  pages: number,
  spreadMsPerStream: number,
): Promise<Stampede> {
  const gateway = await GatewayChild.start(programs, spreadMsPerStream);
  try {
    const opened = await openPages(programs, gateway.url, pages);
    const changedAt = await gateway.changePolicies();
    const answers = await opened.answered;
    const arrivals = await gateway.arrivals();
    opened.close();
    const ms = answers.map((answer) => answer.ms);
    const refused = Object.groupBy(
      answers.filter(({ status }) => status !== 200),
      ({ status }) => status,
    );
    return {
      pages,
      spreadMsPerStream,
      requests: perWindow(arrivals.map((at) => at - changedAt)),
      refused: Object.fromEntries(Object.entries(refused).map(([status, some]) => [status, some?.length ?? 0])),
      answerMs: { p50: percentile(ms, 0.5), p95: percentile(ms, 0.95), most: Math.max(...ms) },
    };
  } finally {
    await gateway.close();
  }
}
