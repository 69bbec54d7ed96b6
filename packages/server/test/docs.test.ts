// docs/guides/gateway.md, whose tables are held to what the program does.
import { readFileSync } from "node:fs";
import { Refusal, type RefusalReason } from "@kinde-cerbos/server";
import { expect, test } from "vitest";
import { eventsSettingsOf } from "../src/events/events-options.ts";
import { limitsOf } from "../src/limits.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const page = read("../../../docs/guides/gateway.md");

/** The cells of each row whose first one fits. */
const rows = (first: RegExp): string[][] =>
  page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell = ""]) => first.test(cell));

/** A list in Markdown of `names`. */
const namesIn = (text = ""): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);

test("each limit is there with its default", () => {
  const documented = rows(/^`limits\.\w+`$/).map(([name, value]) => [
    name?.slice("`limits.".length, -1),
    Number(value),
  ]);
  expect(Object.fromEntries(documented)).toEqual(limitsOf());
});

/** `jwksMaxAgeMs = 600_000` → `["jwksMaxAgeMs", 600000]`. */
const defaultsIn = (file: string): [name: string, value: number][] =>
  [...read(`../src/${file}`).matchAll(/\b(\w+(?:Ms|Resources)) = (\d[\d_]*)[,\s]/g)].map(
    ([, name = "", value = ""]) => [name, Number(value.replaceAll("_", ""))],
  );

test.each(
  ["issuer-keys.ts", "verify-token.ts", "identify.ts", "revocation.ts", "pdp-pool.ts", "gateway.ts"].flatMap(
    defaultsIn,
  ),
)("%s is there with its default, %i", (name, value) => {
  expect(rows(new RegExp(`^\`${name}\`$`)).map(([, cell]) => Number(cell))).toEqual([value]);
});

test("each option of createEvents is there, with its default", () => {
  const { bus: _, ...settings } = eventsSettingsOf({});
  for (const [name, value] of Object.entries(settings)) {
    const [cells] = rows(new RegExp(`^\`${name}\`$`));
    expect([name, typeof value === "number" ? Number(cells?.[1]) : cells?.length]).toEqual([
      name,
      typeof value === "number" ? value : 3,
    ]);
  }
});

test("each reason is there, with its status and code", () => {
  const [, union = ""] = read("../src/refusal.ts").split("export type RefusalReason =");
  const reasons: string[] = [...union.slice(0, union.indexOf(";")).matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
  const documented = rows(/^\d{3}(?:, \d{3})*$/).flatMap(([status, code, names]) =>
    namesIn(names).map((name) => ({ name, status, code })),
  );
  expect(documented.map(({ name }) => name).toSorted()).toEqual(reasons.toSorted());
  const isReason = (name: string): name is RefusalReason => reasons.includes(name);
  for (const { name, status, code } of documented) {
    const refusal = isReason(name) ? new Refusal(name, "") : undefined;
    expect([name, status?.split(", ").map(Number), Number(code)]).toEqual([
      name,
      expect.arrayContaining([refusal?.status]),
      refusal?.grpcCode,
    ]);
  }
});
