import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packages, readManifest, repository } from "../../../../.ci/public-packages.ts";
import { unpack } from "./tarballs.ts";

/** Types that an app installs for packages without their own. */
const TYPES = ["@types/node", "@types/react", "@types/react-dom"];

const here = join(repository, "apps/packed");

/** An app whose packages are unpacked tarballs. */
export interface LinkedApp {
  readonly folder: string;
  /** Returns the folder of a package. */
  readonly folderOf: (name: string) => string;
}

/**
 * Creates an app without a registry: our packages come from tarballs, all others are links to this repository's
 * installation. A package can import only what its own package.json declares, so an import without a declaration fails.
 *
 * @param template the folder with the app's files
 * @param installed other packages that the app has installed
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

/** Returns the folder of a dependency of a package or of this app. */
function installedIn(owner: string, name: string): string {
  const path = join(owner, "node_modules", name);
  if (!existsSync(path)) throw new Error(`${name} is not installed for ${owner}. Run pnpm install.`);
  return path;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, "junction");
}
