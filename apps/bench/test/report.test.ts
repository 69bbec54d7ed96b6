import { describe, expect, it } from "vitest";
import { chartOf } from "../run/chart.ts";
import { listTableOf, ratioTableOf } from "../run/markdown.ts";
import { withMarked } from "../run/markers.ts";
import { detoursOf } from "../run/summary.ts";
import { workloadsOf } from "../run/workloads.ts";
import { rowWith } from "./rows.ts";

describe("the table of ratios", () => {
  it("shows the least of a row as its winner, also where it is a peer, and never the limit", () => {
    const table = ratioTableOf([
      rowWith("100 components", "limit", 1),
      rowWith("100 components", "ours-fetch", 1.3),
      rowWith("100 components", "bulk", 1.2),
    ]);
    expect(table.split("\n").at(-1)).toMatch(/^\| 100 components \| 1\.30 .* \| \*\*1\.20\*\* .* \|$/);
  });

  it("shows all as winners that are printed alike", () => {
    const table = ratioTableOf([
      rowWith("100 components", "ours-fetch", 1.201),
      rowWith("100 components", "bulk", 1.204),
      rowWith("100 components", "dataloader", 1.21),
    ]);
    expect(table.match(/\*\*1\.20\*\*/g)).toHaveLength(2);
    expect(table).not.toContain("**1.21**");
  });

  it("leaves a cell empty where a contender takes no part, and a row out that is not timed", () => {
    const table = ratioTableOf([
      rowWith("warm mount of 1000", "ours-fetch", 2),
      rowWith("warm mount of 1000", "casl", 1),
      rowWith("1 of 1000 changed", "ours-fetch", 2),
      rowWith("token refresh, 100", "ours-fetch", null),
    ]);
    const lines = table.split("\n");
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/\|\s+\|$/);
  });
});

const around = (median: number) => ({ low: median - 1, median, high: median + 1 });

describe("the table of lists", () => {
  it("says which figure is extrapolated, and from what", () => {
    const times = { plan: around(3), byPlan: around(9), load: around(20), checks: around(50), byChecks: around(520) };
    expect(
      listTableOf({ rows: 1000, checked: 100, ...times })
        .split("\n")
        .slice(2),
    ).toEqual([
      "| the plan | 3 | 2–4 |",
      "| the plan, then SQL: the page and the count | 9 | 8–10 |",
      "| all rows loaded | 20 | 19–21 |",
      "| 100 of them checked | 50 | 49–51 |",
      "| all rows loaded and checked: extrapolated from these two | 520 | 519–521 |",
    ]);
  });
});

describe("the chart", () => {
  it("has a panel for each workload that was run, and the winner in bold", () => {
    const chart = chartOf(
      [
        rowWith("100 components", "ours-fetch", 1.3),
        rowWith("100 components", "bulk", 1.2),
        rowWith("warm mount of 1000", "casl", 0.5),
      ],
      "a < b & c",
    );
    expect(chart.match(/class="title"/g)).toHaveLength(2);
    expect(chart).toContain(`<text class="best" x="0"`);
    expect(chart).toMatch(/class="best"[^>]*>one bulk call/);
    expect(chart).not.toMatch(/class="best"[^>]*>useCan/);
    expect(chart).toContain("a &lt; b &amp; c");
  });

  it("has no point beside its axis", () => {
    const [far, end] = [5000, 100].map(
      (ratio) =>
        /<circle class="peer" cx="([\d.]+)"/.exec(chartOf([rowWith("100 components", "bulk", ratio)], ""))?.[1],
    );
    expect(far).toBeDefined();
    expect(far).toBe(end);
  });
});

describe("the place of results in a file", () => {
  it("is between its markers, which stay", () => {
    const text = "a\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nz\n";
    const once = withMarked(text, "bench", "new");
    expect(once).toBe("a\n<!-- bench:begin -->\nnew\n<!-- bench:end -->\nz\n");
    expect(withMarked(once, "bench", "new")).toBe(once);
  });

  it("is not guessed", () => {
    expect(() => withMarked("a <!-- bench:end --> <!-- bench:begin -->", "bench", "new")).toThrow(
      "put <!-- bench:begin -->",
    );
  });
});

describe("the gateway", () => {
  const sample = { restMs: 0, requests: 0, requestBytes: 0, commits: 0, renders: 0, pendingRenders: 0 };
  const measuredIn = (round: number, workload: string, ms: number) => ({
    round,
    workload,
    contender: "limit" as const,
    samples: [{ ...sample, ms }],
    responseBytes: 0,
    scripts: [],
  });
  const gateway = workloadsOf(true).find(({ answers }) => answers === "gateway");

  it("is compared with the PDP in the same round, and left out where one of the two was not measured", () => {
    expect(gateway?.name).toBe("100 components, through the gateway");
    const measured = [
      measuredIn(1, "100 components", 10),
      measuredIn(1, "100 components, through the gateway", 15),
      measuredIn(2, "100 components", 100),
      measuredIn(2, "100 components, through the gateway", 130),
      measuredIn(3, "100 components, through the gateway", 1000),
    ];
    const [detour, ...others] = detoursOf({ measured, loaded: [], weighed: [] }, gateway ? [gateway] : []);
    expect(detour?.ratio.median).toBeCloseTo(1.4);
    expect(others).toEqual([]);
    expect(detoursOf({ measured: measured.slice(0, 1), loaded: [], weighed: [] }, gateway ? [gateway] : [])).toEqual(
      [],
    );
  });
});
