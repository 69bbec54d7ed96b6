import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { type Io } from "./io.ts";

/** Where a Cerbos program is expected. It may be missing. */
export interface CerbosBinary {
  /** A path, or a name that is looked up on the PATH. */
  readonly path: string;
  /** Where the path is from, for messages. */
  readonly from: "CERBOS_PATH" | "node_modules" | "PATH";
}

/**
 * Returns the Cerbos to run: the file in `CERBOS_PATH`, otherwise the one that npm installed for the app, otherwise
 * `cerbos` on the PATH. Does not check whether it runs.
 */
export function cerbosBinary({ env, cwd }: Pick<Io, "env" | "cwd">): CerbosBinary {
  const path = env["CERBOS_PATH"] ?? "";
  if (path !== "") return { path, from: "CERBOS_PATH" };
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  const app = createRequire(join(cwd, "package.json"));
  // Only those of the app and of the folders above it. Node would also look into some global ones.
  const folders = (app.resolve.paths(name) ?? []).filter((folder) => !relative(dirname(folder), cwd).startsWith(".."));
  const installed = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  return installed === undefined
    ? { path: "cerbos", from: "PATH" }
    : { path: app.resolve(installed), from: "node_modules" };
}
