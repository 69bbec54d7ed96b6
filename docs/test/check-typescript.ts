import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Block } from "./blocks.ts";

const require = createRequire(import.meta.url);

/** What an app would have: a strict compiler, a bundler, React's JSX, a browser. */
const compilerOptions = {
  target: "ES2023",
  lib: ["ES2024", "ESNext.Disposable", "DOM", "DOM.Iterable"],
  module: "ESNext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  jsx: "react-jsx",
  types: ["node", "vite/client"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * Compiles all blocks against what the demo has installed, else against what the tests of the React package have,
 * such as routers. Returns the problems of each.
 * A block is a module on its own; those of a page that have a title are files, and may import each other.
 */
export function checkTypeScript(blocks: readonly Block[], outermost: string): string[][] {
  const folder = join(outermost, "first");
  mkdirSync(folder, { recursive: true });
  const demo = require.resolve("@kinde-cerbos/demo/package.json");
  const react = createRequire(demo).resolve("@kinde-cerbos/react/package.json");
  symlinkSync(join(dirname(demo), "node_modules"), join(folder, "node_modules"));
  symlinkSync(join(dirname(react), "node_modules"), join(outermost, "node_modules"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["**/*"] }));
  const paths = blocks.map(({ file, title, language }, index) =>
    title === undefined ? `sample-${index}.${language}` : join(file.replaceAll("/", "-"), title),
  );
  for (const [index, { code }] of blocks.entries()) {
    const path = join(folder, paths[index] ?? "");
    if (existsSync(path))
      throw new Error(`${blocks[index]?.file} has two blocks of one title: ${blocks[index]?.title}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const run = spawnSync(process.execPath, [tsc, "--pretty", "false"], { cwd: folder, encoding: "utf8" });

  const problems = blocks.map((): string[] => []);
  for (const line of run.stdout.split("\n")) {
    const [, path = "", row, message = ""] = /^(.+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    const index = paths.indexOf(path);
    const block = blocks[index];
    if (block) problems[index]?.push(`${block.file}:${block.line + Number(row) - 1}: ${message}`);
  }
  if (run.status !== 0 && problems.every(({ length }) => length === 0)) {
    throw new Error(`The compiler failed without naming a sample:\n${run.stdout}${run.stderr}`);
  }
  return problems;
}
