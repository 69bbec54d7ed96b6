import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

/** The version of Cerbos that this repository installs where the npm registry has it. */
const INSTALLED = "0.55.0";

/** Older ones do not have all that the policies, their tests and the configuration use. */
const OLDEST = "0.51.0";

interface Cerbos {
  /** A path, or a name that the operating system finds on the PATH. */
  readonly binary: string;
  readonly version: string;
}

/** What was found, by the value of CERBOS_PATH: the version is asked for once. */
const found = new Map<string | undefined, Cerbos>();

/**
 * The Cerbos server to start: the file that `CERBOS_PATH` names, the one that npm installed, or a `cerbos` on the PATH,
 * in this order.
 *
 * @throws Error with the ways to get one, where there is none or it is too old
 */
export function cerbosBinary(): string {
  return findCerbos().binary;
}

/** The version of {@link cerbosBinary}, such as `0.55.0`. */
export function cerbosVersion(): string {
  return findCerbos().version;
}

/** Whether a version is `oldest` or newer. */
export function isAtLeast(oldest: string, version: string): boolean {
  return version.localeCompare(oldest, "en", { numeric: true }) >= 0;
}

function findCerbos(): Cerbos {
  const path = process.env["CERBOS_PATH"] || undefined;
  const known = found.get(path) ?? (path === undefined ? installedOrOnPath() : atPath(path));
  found.set(path, known);
  return known;
}

function atPath(path: string): Cerbos {
  const cerbos = tryCerbos(path);
  if (!cerbos) throw new Error(`CERBOS_PATH is ${path}, and that is no Cerbos server that runs here.\n${remedy()}`);
  return recentEnough(cerbos, "CERBOS_PATH");
}

function installedOrOnPath(): Cerbos {
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  try {
    const binary = createRequire(import.meta.url).resolve(name);
    return { binary, version: INSTALLED };
  } catch {
    const cerbos = tryCerbos("cerbos");
    if (!cerbos)
      throw new Error(`There is no Cerbos server for this machine (${name}), and none on the PATH.\n${remedy()}`);
    return recentEnough(cerbos, "the PATH");
  }
}

/** `undefined` where nothing starts, or it does not tell a version as Cerbos does. */
function tryCerbos(binary: string): Cerbos | undefined {
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 30_000 });
  const version = /^v?(\d+\.\d+\.\d+)/m.exec(stdout ?? "")?.[1];
  return version === undefined ? undefined : { binary, version };
}

function recentEnough(cerbos: Cerbos, from: string): Cerbos {
  if (isAtLeast(OLDEST, cerbos.version)) return cerbos;
  throw new Error(`The Cerbos server of ${from} is ${cerbos.version}; ${OLDEST} or newer is needed.\n${remedy()}`);
}

function remedy(): string {
  return [
    `Get Cerbos ${INSTALLED}, then put it on the PATH or set CERBOS_PATH to its file:`,
    "  macOS, Linux   brew install cerbos/tap/cerbos",
    `  npm            npm install --prefix ~/cerbos @cerbos/cerbos-${process.platform}-${process.arch}@${INSTALLED}`,
    `  container      docker create --name cerbos ghcr.io/cerbos/cerbos:${INSTALLED} && docker cp ` +
      "cerbos:/cerbos . (a Linux program)",
    `  download       https://github.com/cerbos/cerbos/releases/tag/v${INSTALLED}`,
    "On Windows, run the project inside WSL.",
  ].join("\n");
}
