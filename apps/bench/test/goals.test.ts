import { describe, expect, it } from "vitest";
import { BEFORE } from "../run/before.ts";
import { type Findings, type Goal, goalsOf } from "../run/goals.ts";
import type { Measured } from "../run/rounds.ts";
import { workloadsOf } from "../run/workloads.ts";
import { rowWith } from "./rows.ts";

const NOTHING: Findings = {
  rows: [],
  growth: [],
  bundles: { useCan: 8000, whole: 20_001 },
  measurements: { measured: [], loaded: [], weighed: [] },
  workloads: workloadsOf(false),
};

function goal(findings: Partial<Findings>, what: RegExp): Goal {
  const found = goalsOf({ ...NOTHING, ...findings }).find((one) => what.test(one.what));
  if (!found) throw new Error("There is no such goal.");
  return found;
}

function page(round: number, contender: "ours-fetch" | "casl", ms: number, restMs: number): Measured {
  const sample = { ms, restMs, requests: 0, requestBytes: 0, commits: 1, renders: 1, pendingRenders: 0 };
  return { round, workload: "warm mount of 1000", contender, samples: [sample], responseBytes: 0, scripts: [] };
}

describe("a goal", () => {
  it("is neither met nor missed by a run that has not measured it", () => {
    const measured = goalsOf(NOTHING).filter(({ isMet }) => isMet !== null);
    expect(measured.map(({ what, isMet }) => [what, isMet])).toEqual([
      ["core + react, gzipped, without react-query and the PDP client", true],
      ["with createFetchPdp and react-query", false],
    ]);
  });

  it("has a figure of before only under a name that there is", () => {
    const names = new Set(goalsOf(NOTHING).map(({ what }) => what));
    expect([...BEFORE.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it("is not met by a part of its figures, but missed by one", () => {
    const mount = /^uncached mount.*createFetchPdp/;
    const [few, many] = [rowWith("10 components", "ours-fetch", 1.25), rowWith("100 components", "ours-fetch", 1.26)];
    expect(goal({ rows: [few] }, mount)).toMatchObject({ measured: "1.25", isMet: null });
    expect(goal({ rows: [few, many] }, mount)).toMatchObject({ measured: "1.25 / 1.26", isMet: false });
    const all = [few, rowWith("100 components", "ours-fetch", 1), rowWith("1000 components", "ours-fetch", 1)];
    expect(goal({ rows: all }, mount).isMet).toBe(true);
    // The other client's figures are its own.
    expect(goal({ rows: all }, /^uncached mount.*@cerbos/).isMet).toBeNull();
  });

  it("of counts is missed by one page of one client", () => {
    const right = [
      rowWith("1000 components", "ours-fetch", 1, { requests: 20, commits: 2 }),
      rowWith("100 rows × 5 actions", "ours-http", 1, { requests: 2, commits: 2 }),
    ];
    expect(goal({ rows: right }, /^commits/)).toMatchObject({ measured: "2", isMet: true });
    expect(goal({ rows: right }, /^requests for one page/).isMet).toBe(true);
    const wrong = [...right, rowWith("1000 components", "ours-http", 1, { requests: 21, commits: 3 })];
    expect(goal({ rows: wrong }, /^commits/)).toMatchObject({ measured: "2–3", isMet: false });
    expect(goal({ rows: wrong }, /^requests for one page/)).toMatchObject({
      measured: "1000 components: 21",
      isMet: false,
    });
  });

  it("of growth compares a check of a large page with one of a small page", () => {
    const growth = [
      { contender: "ours-fetch", checks: 100, ms: 10, bytes: 1000 },
      { contender: "ours-fetch", checks: 10_000, ms: 1300, bytes: 120_000 },
      { contender: "limit", checks: 100, ms: 1, bytes: 1 },
    ] as const;
    expect(goal({ growth }, /^time per check/)).toMatchObject({ measured: "1.30", isMet: false });
    expect(goal({ growth }, /^memory per check/)).toMatchObject({ measured: "1.20", isMet: true });
  });

  it("of a cached check compares rounds with themselves, until committed and until at rest", () => {
    const measured = [
      page(1, "ours-fetch", 9, 30),
      page(1, "casl", 10, 10),
      page(2, "ours-fetch", 90, 300),
      page(2, "casl", 100, 100),
    ];
    const measurements = { ...NOTHING.measurements, measured };
    expect(goal({ measurements }, /CASL.*committed/)).toMatchObject({ measured: "0.90", isMet: true });
    expect(goal({ measurements }, /CASL.*at rest/)).toMatchObject({ measured: "3.00", isMet: false });
  });
});
