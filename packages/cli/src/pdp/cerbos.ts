import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { cerbosBinary } from "../cerbos-binary.ts";
import { type Io } from "../io.ts";
import { ProgramError } from "../programs/program-error.ts";

/** The version to install, if there is none. */
export const RECOMMENDED = "0.55.0";

/** The oldest version with everything that the policies, their tests and the configuration use. */
const OLDEST = "0.51.0";

/** A Cerbos server that runs on this machine. */
export interface Cerbos {
  /** A path, or a name that the operating system finds on the PATH. */
  readonly path: string;
  /** Such as `0.55.0`. */
  readonly version: string;
}

/** Where the Cerbos server was found, for messages. */
const PLACES = { CERBOS_PATH: "in CERBOS_PATH", node_modules: "in node_modules", PATH: "on the PATH" } as const;

/** The environment and the folder in which to look for Cerbos. */
export type CerbosPlace = Pick<Io, "env" | "cwd">;

/** The Cerbos found for each environment, so that its version is read only once. */
const found = new Map<string, Cerbos>();

/**
 * Finds the Cerbos server to start: the file in `CERBOS_PATH`, otherwise the one that npm installed for the project,
 * otherwise `cerbos` on the PATH.
 *
 * @param place default: the environment and the working directory of this process
 * @throws ProgramError with the ways to install it, if there is none or it is too old
 */
export function findCerbos(place: CerbosPlace = { env: process.env, cwd: process.cwd() }): Cerbos {
  const key = JSON.stringify([place.cwd, place.env["CERBOS_PATH"], place.env["PATH"]]);
  const cerbos = found.get(key) ?? lookForCerbos(place);
  found.set(key, cerbos);
  return cerbos;
}

/** Returns the version of the Cerbos that {@link findCerbos} finds for this process, such as `0.55.0`. */
export function cerbosVersion(): string {
  return findCerbos().version;
}

/** Whether a version is `oldest` or newer. */
export function isAtLeast(oldest: string, version: string): boolean {
  return version.localeCompare(oldest, "en", { numeric: true }) >= 0;
}

function lookForCerbos(place: CerbosPlace): Cerbos {
  const { path, from } = cerbosBinary(place);
  const version = (from === "node_modules" ? installedVersion(path) : undefined) ?? runningVersion(path, place);
  if (version === undefined) throw new ProgramError(`${notFound(path, from)}\n${remedy()}`);
  if (isAtLeast(OLDEST, version)) return { path, version };
  throw new ProgramError(
    `The Cerbos server ${PLACES[from]} has version ${version}. ${OLDEST} or newer is needed.\n${remedy()}`,
  );
}

/** Reads the version from the npm package, which is faster than starting the program. */
function installedVersion(path: string): string | undefined {
  try {
    const { version } = fieldsOf(JSON.parse(readFileSync(join(dirname(path), "package.json"), "utf8")));
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

/** Runs the program with `--version`. Returns `undefined` if it does not start or does not print a version. */
function runningVersion(path: string, { env, cwd }: CerbosPlace): string | undefined {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 30_000, env, cwd });
  return /^v?(\d+\.\d+\.\d+)/m.exec(stdout ?? "")?.[1];
}

function notFound(path: string, from: string): string {
  if (from === "CERBOS_PATH") return `CERBOS_PATH is ${path}, which is not a Cerbos server that runs on this machine.`;
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  return from === "PATH"
    ? `Cerbos was not found: neither ${name} in node_modules, nor a cerbos on the PATH that runs on this machine.`
    : `${path} is not a Cerbos server that runs on this machine.`;
}

function remedy(): string {
  return [
    `Install Cerbos ${RECOMMENDED}, and put it on the PATH or set CERBOS_PATH to its file:`,
    "  macOS, Linux   brew install cerbos/tap/cerbos",
    `  npm            npm install --save-dev @cerbos/cerbos-${process.platform}-${process.arch}@${RECOMMENDED}`,
    `  container      docker create --name cerbos ghcr.io/cerbos/cerbos:${RECOMMENDED} && docker cp ` +
      "cerbos:/cerbos . (a Linux program)",
    `  download       https://github.com/cerbos/cerbos/releases/tag/v${RECOMMENDED}`,
    "On Windows, run the project inside WSL.",
  ].join("\n");
}
