import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleDirectory } from "@kinde-cerbos/policies";
import { type Block } from "./blocks.ts";
import { writePolicies } from "./check-policies.ts";
import { copyPack } from "./copy-pack.ts";
import { runTsc } from "./run-tsc.ts";

const require = createRequire(import.meta.url);

/** What an app would have: a strict compiler, a bundler, React's JSX, a browser. */
const compilerOptions = {
  target: "ES2023",
  lib: ["ES2024", "ESNext.Disposable", "DOM", "DOM.Iterable"],
  module: "ESNext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  allowImportingTsExtensions: true,
  jsx: "react-jsx",
  types: ["node", "vite/client"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  skipLibCheck: true,
  noEmit: true,
};

/** For `js` and `jsx`. Parameters have no types there. */
const JAVASCRIPT = "javascript.json";

/** What samples of other libraries import. These are not installed, so nothing notices a change of their names. */
const NOT_INSTALLED = `
declare module "@cerbos/react";
declare module "permit-fe-sdk";
`;

/** The folder of the files of `kinde-cerbos init`. */
const INIT = "init";

/** Fails to compile if the samples are not held to the generated types. */
const MISSPELLED = `
import { resource } from "@kinde-cerbos/core";
import { usePlan } from "@kinde-cerbos/react";
// @ts-expect-error -- no policy has this kind
resource("documnet", "42");
// @ts-expect-error -- the kind has no such action
usePlan({ action: "edti", kind: "document" });
`;

/** The folder of a page's files. */
const pageFolder = (file: string): string => file.replaceAll("/", "-");

/**
 * Compiles all blocks against what the demo has installed, else against what the tests of the React package have,
 * such as routers. Returns the problems of each.
 * A block is a module on its own; those of a page that have a title are files, and may import each other.
 * The pages of the tutorial are one app, which `kinde-cerbos init` has set up: a file may import one of another page.
 * Kinds, actions and attributes are those of `policies`, of the pack for Kinde tokens, of its examples and of the
 * tutorial.
 */
export function checkTypeScript(
  blocks: readonly Block[],
  tutorialPolicies: readonly Block[],
  outermost: string,
): string[][] {
  const folder = join(outermost, "first");
  mkdirSync(folder, { recursive: true });
  const demo = require.resolve("@kinde-cerbos/demo/package.json");
  const react = createRequire(demo).resolve("@kinde-cerbos/react/package.json");
  symlinkSync(join(dirname(demo), "node_modules"), join(folder, "node_modules"));
  symlinkSync(join(dirname(react), "node_modules"), join(outermost, "node_modules"));
  // Neither of the two has these packages.
  const testing = dirname(require.resolve("@kinde-cerbos/testing/package.json"));
  const devtools = dirname(require.resolve("@kinde-cerbos/devtools/package.json"));
  const next = dirname(require.resolve("@kinde-cerbos/next/package.json"));
  const bench = dirname(fileURLToPath(new URL("../../apps/bench/package.json", import.meta.url)));
  const server = dirname(createRequire(demo).resolve("@kinde-cerbos/server/package.json"));
  const paths = {
    "@kinde-cerbos/testing": [join(testing, "dist/index.d.ts")],
    "@kinde-cerbos/testing/*": [join(testing, "dist/*.d.ts")],
    "@kinde-cerbos/next": [join(next, "dist/index.d.ts")],
    "@kinde-cerbos/next/*": [join(next, "dist/*.d.ts")],
    "@kinde-oss/kinde-auth-nextjs/*": [join(next, "node_modules/@kinde-oss/kinde-auth-nextjs/dist/types/src/*")],
    next: [join(next, "node_modules/next")],
    "next/*": [join(next, "node_modules/next/*")],
    "@opentelemetry/*": [fileURLToPath(new URL("../node_modules/@opentelemetry/*", import.meta.url))],
    "@casl/*": [join(bench, "node_modules/@casl/*/dist/types/index.d.ts")],
    undici: [join(server, "node_modules/undici")],
    "@tanstack/react-devtools": [join(devtools, "node_modules/@tanstack/react-devtools")],
  };
  const tutorial = blocks.map(({ file }) => file).filter((file) => file.startsWith("docs/tutorial/"));
  const rootDirs = [INIT, ...new Set(tutorial.map(pageFolder))].map((name) => join(folder, name));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...compilerOptions, paths, rootDirs }, include: ["**/*"] }),
  );
  const options = { allowJs: true, checkJs: true, strict: false, exactOptionalPropertyTypes: false };
  writeFileSync(
    join(folder, JAVASCRIPT),
    JSON.stringify({
      extends: "./tsconfig.json",
      compilerOptions: options,
      include: ["**/*.js", "**/*.jsx", "not-installed.d.ts"],
    }),
  );
  writeFileSync(join(folder, "not-installed.d.ts"), NOT_INSTALLED);
  const cli = dirname(require.resolve("@kinde-cerbos/cli/package.json"));
  cpSync(join(cli, "templates/vite/src"), join(folder, INIT, "src"), { recursive: true });
  const files = blocks.map(({ file, title, language }, index) =>
    title === undefined ? `sample-${index}.${language}` : join(pageFolder(file), title),
  );
  writeFileSync(join(folder, "misspelled.ts"), MISSPELLED);
  writeTypes(join(folder, "cerbos.gen.ts"), tutorialPolicies, join(outermost, "policies"));
  for (const [index, { code }] of blocks.entries()) {
    const path = join(folder, files[index] ?? "");
    if (existsSync(path))
      throw new Error(`${blocks[index]?.file} has two blocks of one title: ${blocks[index]?.title}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  const runs = [runTsc(folder), runTsc(folder, ["--project", JAVASCRIPT])];
  const stdout = runs.map((run) => run.stdout).join("\n");

  const problems = blocks.map((): string[] => []);
  for (const line of stdout.split("\n")) {
    const [, path = "", row, message = ""] = /^(.+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    const index = files.indexOf(path);
    const block = blocks[index];
    if (block) problems[index]?.push(`${block.file}:${block.line + Number(row) - 1}: ${message}`);
  }
  if (runs.some(({ status }) => status !== 0) && problems.every(({ length }) => length === 0)) {
    throw new Error(`The compiler failed without naming a sample:\n${stdout}${runs.map((run) => run.stderr).join("")}`);
  }
  return problems;
}

/**
 * Writes the types of the samples.
 *
 * @param policies a folder that does not exist yet
 */
function writeTypes(out: string, tutorialPolicies: readonly Block[], policies: string): void {
  copyPack(policies);
  cpSync(exampleDirectory, policies, { recursive: true });
  cpSync(new URL("policies", import.meta.url), policies, { recursive: true });
  writePolicies(tutorialPolicies, policies);
  const bin = join(dirname(require.resolve("@kinde-cerbos/cli/package.json")), "dist/bin.js");
  const kinde = fileURLToPath(new URL("kinde.json", import.meta.url));
  const run = spawnSync(process.execPath, [bin, "typegen", policies, `--out=${out}`, `--kinde=${kinde}`], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`typegen of the samples failed:\n${run.stdout}${run.stderr}`);
}
