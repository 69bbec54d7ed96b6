import { styleText } from "node:util";

import { type Examination } from "./examine.ts";
import { finding, type Finding, type FindingId, type State, TITLES } from "./finding.ts";

/** What `--json` prints. Fields are added to it without notice; when one changes or goes, `version` counts up. */
export interface Report {
  /** The version of this shape. */
  readonly version: 1;
  /** What was examined. */
  readonly target: {
    readonly pdp: string;
    readonly issuer: string;
    /** What answers at `pdp`. */
    readonly kind: "pdp" | "gateway" | "unknown";
    /** Of Cerbos; null where it does not say. */
    readonly cerbos: string | null;
  };
  /** How many findings are in each state. */
  readonly summary: { readonly [state in State]: number };
  /** All of them, always the same ones in the same order. */
  readonly findings: readonly Finding[];
}

/** The report on an examination. */
export function reportOn(
  { target, verdicts }: Examination,
  { pdp, issuer }: { readonly pdp: string; readonly issuer: string },
): Report {
  const findings = Object.keys(TITLES).filter(isFindingId).map((id) => finding(id, verdicts[id]));
  const count = (state: State): number => findings.filter((one) => one.state === state).length;
  return {
    version: 1,
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
  const lines = findings.flatMap(({ state, title, seen, remedy, docs }, index) => {
    // What is not tried for one reason is listed, and the reason given once.
    const next = findings[index + 1];
    const isRepeated = state === "skipped" && next?.state === state && next.seen === seen && next.remedy === remedy;
    const heading = `${paint(COLOURS[state], state.padEnd(COLUMN))}${paint("bold", title)}`;
    if (isRepeated) return [heading];
    if (remedy === undefined) return [heading, `${indent}${seen}`];
    return [heading, `${indent}${seen}`, `${indent}→ ${remedy}`, `${indent}${paint("gray", docs)}`];
  });
  const { ok, warning, danger, skipped } = summary;
  return [
    `${what.padEnd(COLUMN)}${target.pdp}${target.cerbos === null ? "" : ` (Cerbos ${target.cerbos})`}`,
    `${"issuer".padEnd(COLUMN)}${target.issuer}`,
    "",
    ...lines,
    "",
    `${danger} danger, ${warning} warning, ${ok} ok, ${skipped} skipped${skipped === 0 ? "" : " (not proven)"}`,
    "",
  ].join("\n");
}

function isFindingId(id: string): id is FindingId {
  return Object.hasOwn(TITLES, id);
}
