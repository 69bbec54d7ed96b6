import { existsSync, globSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { ProgramError } from "../programs/program-error.ts";
import { findLockFile } from "./package-manager.ts";

/** The packages of ours that an app gets, those that others of them need included. */
const NAMES = ["cli", "core", "local-kinde", "policies", "react", "server"] as const;

/**
 * Finds packages that were packed into a folder, such as `kinde-cerbos-core-0.1.0.tgz`.
 *
 * @param given as it was typed: messages repeat it
 * @returns for each name, such as `@kinde-cerbos/core`, what package.json says to install it from its file
 * @throws ProgramError if one is missing, or is there twice, or the app is part of a workspace
 */
export function findPacked(given: string, folder: string): Readonly<Record<string, string>> {
  const directory = resolve(folder, given);
  if (!existsSync(directory)) throw new ProgramError(`There is no folder ${given}. ${REMEDY}`);
  const root = findLockFile(folder)?.folder ?? folder;
  if (root !== folder) {
    throw new ProgramError(
      `This app belongs to the workspace in ${root}, and only its root can say where packages come from. Use --packages ` +
        "in an app of its own.",
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
