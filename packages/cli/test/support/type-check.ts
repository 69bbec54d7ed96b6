import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A compiler error. */
export interface TypeError {
  readonly file: string;
  readonly line: number;
  /** The whole message. Each line explains the line above. */
  readonly message: string;
}

const RESULTS = fileURLToPath(new URL("../../test-results/", import.meta.url));

/** Calls a function with a temporary folder in which the packages of this repository can be imported. */
export async function inTypesFolder<Result>(task: (folder: string) => Promise<Result>): Promise<Result> {
  mkdirSync(RESULTS, { recursive: true });
  const folder = mkdtempSync(join(RESULTS, "types-"));
  try {
    return await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles these files in a folder, as a strict project, with the TypeScript of this repository. */
export function typeErrors(folder: string, files: readonly string[]): TypeError[] {
  for (const file of files) if (dirname(file) !== folder) copyFileSync(file, join(folder, basename(file)));
  const config = {
    extends: "../../../../tsconfig.base.json",
    compilerOptions: { lib: ["ES2023", "DOM"], jsx: "react-jsx", types: [], skipLibCheck: true },
    files: files.map((file) => basename(file)),
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, "--pretty", "false", "-p", folder], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0 && stdout === "") throw new Error(stderr);
  const errors: TypeError[] = [];
  for (const text of stdout.split("\n")) {
    const [, file, line, message] = /^(.+?)\((\d+),\d+\): (error .*)$/.exec(text) ?? [];
    const last = errors.at(-1);
    if (file !== undefined) errors.push({ file: basename(file), line: Number(line), message: message ?? "" });
    else if (last) errors[errors.length - 1] = { ...last, message: `${last.message}\n${text}` };
  }
  return errors;
}
