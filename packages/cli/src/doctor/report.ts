import { styleText } from "node:util";
import { type CheckVerdict, type Examination } from "./examine.ts";
import { finding, type Finding, skipped } from "./finding.ts";
import { FINDING_IDS, type State } from "./titles.ts";

/** What `--json` prints. Fields may be added at any time. If a field changes or is removed, `version` goes up. */
export interface Report {
  /** The version of this shape. */
  readonly version: 2;
  /** What was examined. */
  readonly target: {
    readonly pdp: string;
    readonly issuer: string;
    /** What kind of server answers at `pdp`. */
    readonly kind: "pdp" | "gateway" | "unknown";
    /** The version of Cerbos; null if it is unknown. */
    readonly cerbos: string | null;
  };
  /** How many findings are in each state. */
  readonly summary: { readonly [state in State]: number };
  /** All findings, always in the same order. There is one `check` for each of the user's checks, and at least one. */
  readonly findings: readonly ReportedFinding[];
}

/** A finding, with its check if it is about one. */
interface ReportedFinding extends Finding {
  readonly check?: { readonly kind: string; readonly action: string; readonly id?: string };
}

/** Returns the report on an examination. */
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

const COLORS = { ok: "green", warning: "yellow", danger: "red", skipped: "gray" } as const;

const COLUMN = "warning".length + 2;

/** Returns the report as text for people. */
export function reportText({ target, summary, findings }: Report, { color }: { readonly color: boolean }): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const indent = " ".repeat(COLUMN);
  const what = { pdp: "PDP", gateway: "gateway", unknown: "unknown" }[target.kind];
  const lines = findings.flatMap(({ id, state, title, seen, remedy }, index) => {
    // For several findings skipped for the same reason, the reason is printed once.
    const next = findings[index + 1];
    const isRepeated = state === "skipped" && next?.state === state && next.seen === seen && next.remedy === remedy;
    const heading = `${paint(COLORS[state], state.padEnd(COLUMN))}${paint("bold", title)} ${paint("gray", `(${id})`)}`;
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
    "For more about a finding, run kinde-cerbos doctor --explain NAME with its name in parentheses.",
    "",
  ].join("\n");
}

function checkFindings(checks: readonly CheckVerdict[]): ReportedFinding[] {
  if (checks.length === 0) {
    const remedy = "Pass one or more, such as --check document:edit.";
    return [finding("check", skipped("No check of your own was passed.", remedy))];
  }
  return checks.map(({ check: { resource }, verdict }) => {
    const { kind, action, id } = resource;
    return { ...finding("check", verdict), check: { kind, action, ...(id !== undefined && { id }) } };
  });
}
