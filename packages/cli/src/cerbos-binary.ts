import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { type Io } from "./io.ts";

/** A Cerbos that may be there. */
export interface CerbosBinary {
  /** A path, or a name that is looked up on the PATH. */
  readonly path: string;
  /** Where it was named, for messages. */
  readonly from: "CERBOS_PATH" | "node_modules" | "PATH";
}

/**
 * The Cerbos to run, in this order: the file that `CERBOS_PATH` names, the one that npm installed for the app, a
 * `cerbos` on the PATH. Whether it runs is not known yet.
 */
export function cerbosBinary({ env, cwd }: Pick<Io, "env" | "cwd">): CerbosBinary {
  const path = env["CERBOS_PATH"] ?? "";
  if (path !== "") return { path, from: "CERBOS_PATH" };
  const name = `@cerbos/cerbos-${process.platform}-${process.arch}`;
  const app = createRequire(join(cwd, "package.json"));
  // Those of the app and the folders around it. Node would look into some of its own, too.
  const folders = (app.resolve.paths(name) ?? []).filter((folder) => !relative(dirname(folder), cwd).startsWith(".."));
  const installed = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  return installed === undefined
    ? { path: "cerbos", from: "PATH" }
    : { path: app.resolve(installed), from: "node_modules" };
}
