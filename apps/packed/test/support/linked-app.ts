import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packages, readManifest, repository } from "../../../../.ci/public-packages.ts";
import { unpack } from "./tarballs.ts";

/** Types that an app brings for the packages that have none. */
const TYPES = ["@types/node", "@types/react", "@types/react-dom"];

const here = join(repository, "apps/packed");

/** An app whose packages are unpacked tarballs. */
export interface LinkedApp {
  readonly folder: string;
  /** Where the files of a package are. */
  readonly folderOf: (name: string) => string;
}

/**
 * Lays out an app without a registry: our packages come from tarballs, all others are links to what this repository
 * has installed. A package finds what its own package.json declares and nothing else, so that an import without a
 * declaration fails.
 *
 * @param template the folder with the files of the app
 * @param installed what the app has installed, beside our packages
 */
export function linkedApp(
  root: string,
  tarballs: ReadonlyMap<string, string>,
  template: string,
  installed: readonly string[],
): LinkedApp {
  const folder = join(root, "app");
  const roomOf = (name: string): string => join(root, "packages", name.replace("/", "+"), "node_modules");
  const folderOf = (name: string): string => join(roomOf(name), name);
  for (const [name, tarball] of tarballs) unpack(tarball, folderOf(name));
  for (const one of packages) {
    const { dependencies, peerDependencies } = readManifest(join(folderOf(one.manifest.name), "package.json"));
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      link(tarballs.has(name) ? folderOf(name) : installedIn(one.folder, name), join(roomOf(one.manifest.name), name));
    }
  }

  cpSync(template, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  for (const name of tarballs.keys()) link(folderOf(name), join(folder, "node_modules", name));
  for (const name of installed) link(installedIn(here, name), join(folder, "node_modules", name));
  for (const name of TYPES) link(installedIn(here, name), join(root, "node_modules", name));
  return { folder, folderOf };
}

/** Where this repository has what a package or this app declares. */
function installedIn(owner: string, name: string): string {
  const path = join(owner, "node_modules", name);
  if (!existsSync(path)) throw new Error(`${owner} has not installed ${name}.`);
  return path;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, "junction");
}
