import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { run } from "./support/run.ts";
import { type TypeError, typeErrors, inTypesFolder } from "./support/type-check.ts";

const TYPES = fileURLToPath(new URL("types/", import.meta.url));

/** A statement below a mark. */
interface Marked {
  readonly mark: string;
  /** First and last line. */
  readonly lines: readonly [number, number];
}

/** The statements of a file, each from its mark to the next empty line. */
function statementsOf(file: string, sign: string): Marked[] {
  const lines = readFileSync(join(TYPES, file), "utf8").split("\n");
  return lines.flatMap((line, at) => {
    const [, mark] = new RegExp(`^\\s*// ${sign} (.*)$`).exec(line) ?? [];
    if (mark === undefined) return [];
    const end = lines.findIndex((text, later) => later > at && text.trim() === "");
    return [{ mark, lines: [at + 2, end] as const }];
  });
}

const misuses = statementsOf("misuse.tsx", "✗");
const uses = statementsOf("use.tsx", "✓");

function errorsAt(all: readonly TypeError[], file: string, { lines: [first, last] }: Marked): TypeError[] {
  return all.filter((error) => error.file === file && error.line >= first && error.line <= last);
}

async function compile(folder: string, withTypes: boolean): Promise<TypeError[]> {
  const files = ["world.ts", "misuse.tsx", "use.tsx"].map((name) => join(TYPES, name));
  if (!withTypes) return typeErrors(folder, [...files, join(TYPES, "untyped.tsx")]);
  const out = join(folder, "cerbos.gen.ts");
  const { code, stderr } = await run(["typegen", "policies", `--out=${out}`, "--kinde=kinde.json"], { cwd: TYPES });
  expect([code, stderr]).toEqual([0, ""]);
  return typeErrors(folder, [...files, out]);
}

describe("With the generated file", () => {
  let errors: TypeError[] = [];
  beforeAll(async () => void (errors = await inTypesFolder((folder) => compile(folder, true))));

  test("the pages have enough of both", () => {
    expect(misuses.length).toBeGreaterThanOrEqual(40);
    expect(uses.length).toBeGreaterThanOrEqual(40);
  });

  test.each(misuses)("$lines.0 does not compile: $mark", (misuse) => {
    const message = errorsAt(errors, "misuse.tsx", misuse)
      .map((error) => error.message)
      .join("\n");
    for (const words of misuse.mark.split(" … ")) expect(message).toContain(words);
  });

  test.each(uses)("$lines.0 compiles: $mark", (use) => {
    expect(errorsAt(errors, "use.tsx", use)).toEqual([]);
  });

  test("nothing else is an error", () => {
    const others = errors.filter(
      (error) => !misuses.some((misuse) => errorsAt([error], "misuse.tsx", misuse).length > 0),
    );
    expect(others).toEqual([]);
  });
});

test("Without the generated file, all of it compiles, and generic functions, too", async () => {
  expect(await inTypesFolder((folder) => compile(folder, false))).toEqual([]);
});
