import { type FindingId, type State, TITLES } from "./titles.ts";

/** What an examination says about one thing. */
export interface Verdict {
  readonly state: State;
  /** A title that fits better than the one of the finding in this state. */
  readonly title?: string;
  /** What was seen, in one or two sentences. It never has a token or a claim's value in it. */
  readonly seen: string;
  /** What to do about it; absent if there is nothing to do. */
  readonly remedy?: string;
}

/** One line of the report. */
export interface Finding extends Verdict {
  readonly id: FindingId;
  /** What is the case, for people. It may change. */
  readonly title: string;
  /** The command that explains it. */
  readonly explain: string;
}

/** The verdict on one thing, as a line of the report. */
export function finding(id: FindingId, verdict: Verdict): Finding {
  return { id, title: TITLES[id][verdict.state], ...verdict, explain: `kinde-cerbos doctor --explain ${id}` };
}

/** It is as it should be. */
export const ok = (seen: string): Verdict => ({ state: "ok", seen });

/** It works, and may not be what you want. */
export const warning = (seen: string, remedy: string): Verdict => ({ state: "warning", seen, remedy });

/** It is insecure or does not work. */
export const danger = (seen: string, remedy: string): Verdict => ({ state: "danger", seen, remedy });

/** It was not tried, or what was seen proves nothing. */
export const skipped = (seen: string, remedy: string): Verdict => ({ state: "skipped", seen, remedy });

const GRAVITY: readonly State[] = ["skipped", "ok", "warning", "danger"];

/** The gravest of several verdicts on one thing; the first of these if several are as grave; undefined for none. */
export function gravest(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((a, b) => GRAVITY.indexOf(b.state) - GRAVITY.indexOf(a.state))[0];
}
