import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The supported package managers, the default first. */
export const PACKAGE_MANAGERS = ["npm", "pnpm", "yarn", "bun"] as const;

/** One of {@link PACKAGE_MANAGERS}. */
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

const LOCK_FILES: Readonly<Record<string, PackageManager>> = {
  "package-lock.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
  "bun.lockb": "bun",
};

/** What shows which package manager an app uses. */
export interface PackageManagerHints {
  /** The folder of the app. */
  readonly folder: string;
  /** `packageManager` of its package.json, such as `pnpm@10.0.0`. */
  readonly field: unknown;
  /** The user agent of the one that runs this program, such as `pnpm/10.0.0 npm/? node/v24.0.0 linux x64`. */
  readonly userAgent: string | undefined;
}

/** Returns the one in package.json, or of the nearest lock file, or that runs this program; otherwise npm. */
export function findPackageManager({ folder, field, userAgent }: PackageManagerHints): PackageManager {
  return nameIn(field, "@") ?? findLockFile(folder)?.name ?? nameIn(userAgent, "/") ?? "npm";
}

/** Whether a text is one of {@link PACKAGE_MANAGERS}. */
export function isPackageManager(text: string): text is PackageManager {
  return PACKAGE_MANAGERS.some((name) => name === text);
}

/** Returns the command that installs the packages in package.json. */
export function installCommand(name: PackageManager): readonly [string, ...string[]] {
  // In CI, pnpm refuses a package.json that does not match its lock file.
  return name === "pnpm" ? [name, "install", "--no-frozen-lockfile"] : [name, "install"];
}

/** Returns the command that runs a script of package.json. */
export function runCommand(name: PackageManager, script: string): string {
  return `${name} run ${script}`;
}

function nameIn(text: unknown, end: string): PackageManager | undefined {
  const [name = ""] = typeof text === "string" ? text.split(end) : [];
  return isPackageManager(name) ? name : undefined;
}

/** Finds the nearest lock file. A workspace has one for all of its packages, in a folder above them. */
export function findLockFile(folder: string): { readonly name: PackageManager; readonly folder: string } | undefined {
  const found = Object.entries(LOCK_FILES).find(([file]) => existsSync(join(folder, file)));
  if (found) return { name: found[1], folder };
  const parent = dirname(folder);
  return parent === folder || existsSync(join(folder, ".git")) ? undefined : findLockFile(parent);
}
