import { existsSync, globSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { ProgramError } from "../programs/program-error.ts";
import { findLockFile } from "./package-manager.ts";

/** Our packages that an app gets, with their dependencies. */
const NAMES = ["cli", "core", "local-kinde", "policies", "react", "server"] as const;

/**
 * Finds packages that were packed into a folder, such as `kinde-cerbos-core-0.1.0.tgz`.
 *
 * @param given the folder as typed, which messages repeat
 * @returns for each package, such as `@kinde-cerbos/core`, the version in package.json that installs it from its file
 * @throws ProgramError if a package is missing or exists twice, or if the app is part of a workspace
 */
export function findPacked(given: string, folder: string): Readonly<Record<string, string>> {
  const directory = resolve(folder, given);
  if (!existsSync(directory)) throw new ProgramError(`There is no folder ${given}. ${REMEDY}`);
  const root = findLockFile(folder)?.folder ?? folder;
  if (root !== folder) {
    throw new ProgramError(
      `This app belongs to the workspace in ${root}, and package managers read overrides only in its root. Use ` +
        "--packages in an app outside a workspace.",
    );
  }
  return Object.fromEntries(
    NAMES.map((name) => {
      const [file, ...others] = globSync(`kinde-cerbos-${name}-[0-9]*.tgz`, { cwd: directory });
      if (file === undefined) throw new ProgramError(`${given} has no packed @kinde-cerbos/${name}. ${REMEDY}`);
      if (others.length > 0) throw new ProgramError(`${given} has @kinde-cerbos/${name} more than once. Keep one.`);
      const path = relative(folder, resolve(directory, file)).replaceAll(sep, "/");
      return [`@kinde-cerbos/${name}`, `file:${path}`];
    }),
  );
}

const REMEDY = "Pack the packages in a clone of kinde-cerbos: docs/guides/init.md says how.";
