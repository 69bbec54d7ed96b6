import { execFileSync } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { packages, repository } from "../../../../.ci/public-packages.ts";

/** Packs all packages as `pnpm publish` would. Returns the tarball of each, by the package's name. */
export function pack(folder: string): ReadonlyMap<string, string> {
  const args = ["--recursive", "--filter=./packages/*", "pack", `--pack-destination=${folder}`];
  execFileSync("pnpm", args, { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
  return new Map(
    packages.map(({ manifest: { name, version } }) => {
      const file = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
      return [name, join(folder, file)];
    }),
  );
}

/** Unpacks a tarball into its own folder. */
export function unpack(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder]);
}

/** Returns the files in a folder, as relative paths. */
export function filesOf(folder: string): string[] {
  return globSync("**/*", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
