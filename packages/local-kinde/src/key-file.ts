import { createHash } from "node:crypto";
import { accessSync, constants, mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join, relative, resolve } from "node:path";

/**
 * Returns a file for the signing key of a project, outside of the project: a development server such as Vite's serves
 * the files inside, and anyone who reads the key can sign tokens as any user. Each project folder has a file of its
 * own, in the user's state directory: below `$XDG_STATE_HOME`, or `~/.local/state` if that is not set.
 *
 * Creates the folder of the file, for its owner only (mode 0700). Returns `undefined` if there is no such folder: the
 * user has no home directory, or it cannot be written to, or it is inside the project. Without a file, the local Kinde
 * creates a new key at each start.
 *
 * @param project the folder of the project, absolute or relative to the working directory
 */
export function keyFileFor(project: string): string | undefined {
  try {
    const root = realpathSync(resolve(project));
    const id = createHash("sha256").update(root).digest("hex").slice(0, 16);
    const folder = join(stateDirectory(), "kinde-cerbos", `${basename(root)}-${id}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return isInside(root, realpathSync(folder)) ? undefined : join(folder, "signing-key.json");
  } catch {
    return undefined;
  }
}

/**
 * Returns the state directory of the user.
 *
 * @throws Error if the user has no home directory
 */
function stateDirectory(): string {
  const { XDG_STATE_HOME: state = "" } = process.env;
  // The XDG specification says to ignore a relative path: it would depend on the working directory.
  if (isAbsolute(state)) return state;
  const home = homedir();
  if (!isAbsolute(home)) throw new Error("The user has no home directory.");
  return join(home, ".local", "state");
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(/[/\\]/)[0] !== "..";
}
