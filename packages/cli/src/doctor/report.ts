import { styleText } from "node:util";
import { type CheckVerdict, type Examination } from "./examine.ts";
import { finding, type Finding, skipped } from "./finding.ts";
import { FINDING_IDS, type State } from "./titles.ts";

/** What `--json` prints. Fields are added to it without notice; if one changes or goes, `version` goes up. */
export interface Report {
  /** The version of this shape. */
  readonly version: 2;
  /** What was examined. */
  readonly target: {
    readonly pdp: string;
    readonly issuer: string;
    /** What answers at `pdp`. */
    readonly kind: "pdp" | "gateway" | "unknown";
    /** The version of Cerbos; null if it does not say. */
    readonly cerbos: string | null;
  };
  /** How many findings are in each state. */
  readonly summary: { readonly [state in State]: number };
  /** All of them, in the same order each time. There is a `check` for each check of the user's own, or one for none. */
  readonly findings: readonly ReportedFinding[];
}

/** A finding, and which check it is about. */
interface ReportedFinding extends Finding {
  readonly check?: { readonly kind: string; readonly action: string; readonly id?: string };
}

/** The report on an examination. */
export function reportOn(
  { target, verdicts, checks }: Examination,
  { pdp, issuer }: { readonly pdp: string; readonly issuer: string },
): Report {
  const findings = FINDING_IDS.flatMap((id) => (id === "check" ? checkFindings(checks) : [finding(id, verdicts[id])]));
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  return {
    version: 2,
    target: { pdp, issuer, kind: target.kind, cerbos: target.version ?? null },
    summary: { ok: count("ok"), warning: count("warning"), danger: count("danger"), skipped: count("skipped") },
    findings,
  };
}

const COLOURS = { ok: "green", warning: "yellow", danger: "red", skipped: "gray" } as const;

const COLUMN = "warning".length + 2;

/** The report for people. */
export function reportText({ target, summary, findings }: Report, { colour }: { readonly colour: boolean }): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const indent = " ".repeat(COLUMN);
  const what = { pdp: "PDP", gateway: "gateway", unknown: "unknown" }[target.kind];
  const lines = findings.flatMap(({ id, state, title, seen, remedy }, index) => {
    // What was skipped for the same reason is listed, and the reason is given once.
    const next = findings[index + 1];
    const isRepeated = state === "skipped" && next?.state === state && next.seen === seen && next.remedy === remedy;
    const heading = `${paint(COLOURS[state], state.padEnd(COLUMN))}${paint("bold", title)} ${paint("gray", `(${id})`)}`;
    if (isRepeated) return [heading];
    return [heading, `${indent}${seen}`, ...(remedy === undefined ? [] : [`${indent}→ ${remedy}`])];
  });
  const { ok, warning, danger, skipped: unproven } = summary;
  return [
    `${what.padEnd(COLUMN)}${target.pdp}${target.cerbos === null ? "" : ` (Cerbos ${target.cerbos})`}`,
    `${"issuer".padEnd(COLUMN)}${target.issuer}`,
    "",
    ...lines,
    "",
    `${danger} danger, ${warning} warning, ${ok} ok, ${unproven} skipped${unproven === 0 ? "" : " (not proven)"}`,
    "More about each: kinde-cerbos doctor --explain NAME, with the name in parentheses.",
    "",
  ].join("\n");
}

function checkFindings(checks: readonly CheckVerdict[]): ReportedFinding[] {
  if (checks.length === 0) {
    const remedy = "Pass one or more with --check, such as --check document:edit.";
    return [finding("check", skipped("No check of your own was given.", remedy))];
  }
  return checks.map(({ check: { resource }, verdict }) => {
    const { kind, action, id } = resource;
    return { ...finding("check", verdict), check: { kind, action, ...(id !== undefined && { id }) } };
  });
}
