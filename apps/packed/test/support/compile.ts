import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The TypeScript compiler of this repository. */
const TSC = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");

/** Returns a module that imports all entries and uses the exports of each. */
export function writeEntries(path: string, entries: readonly string[]): void {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";\n`);
  const names = entries.map((_, index) => `entry${index}`);
  writeFileSync(path, `${imports.join("")}export const entries = [${names.join(", ")}];\n`);
}

/**
 * Compiles a project, and checks the types in its packages too. Returns the errors, except those inside other packages.
 */
export function compile(folder: string, project: string, tsc: string = TSC): string[] {
  const args = [tsc, "--pretty", "false", "-p", project];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const errors = stdout.split("\n").filter((line) => line.includes(": error TS"));
  if (status !== 0 && errors.length === 0) throw new Error(`The TypeScript compiler failed: ${stdout}${stderr}`);
  return errors.filter((line) => !line.includes("node_modules/") || line.includes("@kinde-cerbos/"));
}
