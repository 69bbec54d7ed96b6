import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package managers that are known, the default first. */
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

/** What is looked at to find out. */
export interface PackageManagerClues {
  /** The folder of the app. */
  readonly folder: string;
  /** `packageManager` of its package.json, such as `pnpm@10.0.0`. */
  readonly field: unknown;
  /** What the one that runs this program says of itself, such as `pnpm/10.0.0 npm/? node/v24.0.0 linux x64`. */
  readonly userAgent: string | undefined;
}

/** The one that an app uses: by its package.json, the nearest lock file, or who runs this program. Else npm. */
export function findPackageManager({ folder, field, userAgent }: PackageManagerClues): PackageManager {
  return nameIn(field, "@") ?? findLockFile(folder)?.name ?? nameIn(userAgent, "/") ?? "npm";
}

/** Whether a text is one of {@link PACKAGE_MANAGERS}. */
export function isPackageManager(text: string): text is PackageManager {
  return PACKAGE_MANAGERS.some((name) => name === text);
}

/** The command that installs what package.json names. */
export function installCommand(name: PackageManager): readonly [string, ...string[]] {
  // In CI, pnpm refuses a package.json that its lock file does not know yet.
  return name === "pnpm" ? [name, "install", "--no-frozen-lockfile"] : [name, "install"];
}

/** What one types to run a script of package.json. */
export function runCommand(name: PackageManager, script: string): string {
  return `${name} run ${script}`;
}

function nameIn(text: unknown, end: string): PackageManager | undefined {
  const [name = ""] = typeof text === "string" ? text.split(end) : [];
  return isPackageManager(name) ? name : undefined;
}

/** The nearest lock file, and its folder. A workspace has one for all of its packages, in a folder above them. */
export function findLockFile(folder: string): { readonly name: PackageManager; readonly folder: string } | undefined {
  const found = Object.entries(LOCK_FILES).find(([file]) => existsSync(join(folder, file)));
  if (found) return { name: found[1], folder };
  const parent = dirname(folder);
  return parent === folder || existsSync(join(folder, ".git")) ? undefined : findLockFile(parent);
}
