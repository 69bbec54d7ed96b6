import { type FindingId, type State, TITLES } from "./titles.ts";

/** The result of one finding. */
export interface Verdict {
  readonly state: State;
  /** The title, if it differs from the finding's title for this state. */
  readonly title?: string;
  /** What was seen, in one or two sentences. It never contains a token or the value of a claim. */
  readonly seen: string;
  /** What to do about it; absent if there is nothing to do. */
  readonly remedy?: string;
}

/** One line of the report. */
export interface Finding extends Verdict {
  readonly id: FindingId;
  /** What is the case, for people. The wording may change. */
  readonly title: string;
  /** The command that explains the finding. */
  readonly explain: string;
}

/** Converts a verdict to a line of the report. */
export function finding(id: FindingId, verdict: Verdict): Finding {
  return { id, title: TITLES[id][verdict.state], ...verdict, explain: `kinde-cerbos doctor --explain ${id}` };
}

/** The verdict for what is as it should be. */
export const ok = (seen: string): Verdict => ({ state: "ok", seen });

/** The verdict for what works, but may not be what you want. */
export const warning = (seen: string, remedy: string): Verdict => ({ state: "warning", seen, remedy });

/** The verdict for what is insecure or does not work. */
export const danger = (seen: string, remedy: string): Verdict => ({ state: "danger", seen, remedy });

/** The verdict for what was not checked, or whose result proves nothing. */
export const skipped = (seen: string, remedy: string): Verdict => ({ state: "skipped", seen, remedy });

const SEVERITY: readonly State[] = ["skipped", "ok", "warning", "danger"];

/** Returns the most severe of several verdicts, the first one of equals; `undefined` if there are none. */
export function mostSevere(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((a, b) => SEVERITY.indexOf(b.state) - SEVERITY.indexOf(a.state))[0];
}
