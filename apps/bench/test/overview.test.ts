// The comparison in docs/concepts/overview.md repeats figures of docs/cost.md, which a run of the benchmark writes.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** The cells of the first row whose name begins like this. */
function row(page: string, name: string): string[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
  const line = text.split("\n").find((each) => each.startsWith(`| ${name}`)) ?? "";
  return line.split("|").slice(1, -1);
}

/** The number at the start of a cell, which may be bold. */
const figure = (cell: string | undefined): number => Number.parseFloat(cell?.replaceAll("*", "") ?? "");

test("the time of checks that render again", () => {
  const [, ours, , bulk, , , , perComponent, casl] = row("cost.md", "warm re-render of 1000");
  const shown = row("concepts/overview.md", "1000 cached checks rendered again").slice(1);
  expect(shown.map(figure)).toEqual([ours, perComponent, casl, bulk].map(figure));
});

test("the size of a page's scripts", () => {
  const [, , ours] = row("cost.md", "useCan, createFetchPdp | 1");
  const [, , casl] = row("cost.md", "@casl/react, no PDP |");
  const shown = row("concepts/overview.md", "kB added to a page");
  expect([shown[1], shown[3]].map(figure)).toEqual([ours, casl].map(figure));
});
