import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Io } from "../io.ts";
import { prefixed } from "../prefixed.ts";
import { exitSentence, startChild } from "../programs/child.ts";
import { ProgramError } from "../programs/program-error.ts";
import { installCommand, type PackageManager } from "./package-manager.ts";
import { type Plan } from "./plan.ts";

/** Whether to install packages: package.json or the overrides were changed, or a package is missing. */
export function needsInstall({ files, packages }: Plan, folder: string): boolean {
  const isChanged = files.some(
    ({ path, state }) => ["package.json", "pnpm-workspace.yaml"].includes(path) && state !== "unchanged",
  );
  return isChanged || packages.some((name) => !existsSync(join(folder, "node_modules", name)));
}

/** Installs what package.json names. @throws ProgramError if that fails */
export async function install(packageManager: PackageManager, io: Io): Promise<void> {
  const [command, ...args] = installCommand(packageManager);
  io.stdout.write(`\n${command} ${args.join(" ")}\n`);
  const output = prefixed(io.stdout, packageManager);
  const onLine = (line: string): void => void output.write(`${line}\n`);
  const child = startChild({ name: `${packageManager} install`, command, args, cwd: io.cwd, env: io.env, onLine });
  const exit = await child.exited;
  if (exit.code === 0) return;
  throw new ProgramError(
    `${exitSentence(child, exit)} The files were written, but the packages were not installed. Fix the error above, ` +
      `then run ${packageManager} install. If it cannot find the @kinde-cerbos packages: they are not on npm yet, so ` +
      "run init with --packages.",
  );
}
