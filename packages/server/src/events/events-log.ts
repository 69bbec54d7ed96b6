import { describeError } from "../error-text.ts";

/** A problem with events. It contains no claim, id or address. */
export interface EventsLogLine {
  /**
   * What happened. `bus_failed`: the bus could not subscribe or publish. `bus_missed`: the bus may have lost changes,
   * so each open page is told that everything is outdated. `message_invalid`: the bus delivered something that is not a
   * change. `refresh_claims_failed`: `refreshClaims` failed for a user each time. The pages of that user keep
   * their rights until one of them opens its stream again.
   */
  readonly problem: "bus_failed" | "bus_missed" | "message_invalid" | "refresh_claims_failed";
  /** The names and codes of the errors behind it, without their messages. */
  readonly error?: string;
}

/** Called with each problem. */
export type EventsLog = (line: EventsLogLine) => void;

/** Writes a line for a problem, and never throws. */
export type ReportProblem = (problem: EventsLogLine["problem"], error?: unknown) => void;

/** Wraps a log so that an error it throws has no effect. */
export function createReport(log: EventsLog = logToConsole): ReportProblem {
  return (problem, error) => {
    // `async` turns what it throws at once into a rejection.
    void (async () => log({ problem, ...(error !== undefined && { error: describeError(error) }) }))().catch(() => {});
  };
}

function logToConsole(line: EventsLogLine): void {
  console.error(JSON.stringify({ source: "kinde-cerbos events", ...line }));
}
