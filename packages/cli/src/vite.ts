/**
 * A plugin for Vite that keeps the types of your policies up to date.
 *
 * @packageDocumentation
 */
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isFields, isName, requireOption } from "@kinde-cerbos/core/internal";
import type { Logger, Plugin } from "vite";
import { DEFAULT_OUT, DEFAULT_POLICIES } from "./defaults.ts";
import { type FileOptions } from "./typegen/update-file.ts";

/** Options of {@link kindeCerbosTypegen}. Paths are relative to Vite's root. */
export interface TypegenPluginOptions {
  /** The folder of your Cerbos policies. Default: `cerbos/policies`. */
  readonly policies?: string;
  /** The file to write. Default: `src/cerbos.gen.ts`. */
  readonly out?: string;
  /** The config of the local Kinde, to type its roles, permissions and feature flags, too. Default: none. */
  readonly kinde?: string;
}

/** How long to wait for more changes before the file is written, in ms. */
const SETTLE_MS = 50;

/**
 * Creates a Vite plugin that does what `kinde-cerbos typegen` does: when the development server starts, after each
 * change of a policy, a schema or `kinde.json`, and before a build. If a policy is wrong, a build fails, and the
 * development server logs it and continues.
 *
 * @throws AuthzError `invalid_option` for an unknown option, or a path that is not a string
 */
export function kindeCerbosTypegen(options: TypegenPluginOptions = {}): Plugin {
  const given: unknown = options;
  requireOption(isFields(given), "kindeCerbosTypegen takes an object of options");
  for (const [name, path] of Object.entries(given)) {
    requireOption(
      ["policies", "out", "kinde"].includes(name),
      "kindeCerbosTypegen takes only the options policies, out and kinde",
    );
    requireOption(path === undefined || isName(path), `${name} must be a path`);
  }
  const { policies = DEFAULT_POLICIES, out = DEFAULT_OUT, kinde } = options;
  const file: FileOptions = { policies, out, kinde };
  let cwd = process.cwd();
  let logger: Pick<Logger, "warn" | "error"> = console;
  let lastNotes = "";
  const update = async (): Promise<void> => {
    // Loaded when it is needed: its libraries would make every start of Vite slower.
    const { updateFile } = await import("./typegen/update-file.ts");
    const { notes } = await updateFile(file, { cwd, env: process.env });
    const text = notes.join("\n");
    if (text !== "" && text !== lastNotes) logger.warn(text);
    lastNotes = text;
  };
  return {
    name: "kinde-cerbos-typegen",
    configResolved(config) {
      cwd = config.root;
      logger = config.logger;
    },
    async buildStart() {
      if (this.environment.mode === "build") await update();
    },
    async configureServer({ watcher }) {
      const sources = [policies, ...(kinde === undefined ? [] : [kinde])].map((path) => resolve(cwd, path));
      let last: Promise<unknown> = Promise.resolve();
      let timer: NodeJS.Timeout | undefined;
      const updateLater = (): void => {
        last = last.then(update).catch((error: unknown) => logger.error(textOf(error), { timestamp: true }));
      };
      watcher.add(sources);
      watcher.on("all", (_, path) => {
        if (!sources.some((source) => isInside(source, path))) return;
        clearTimeout(timer);
        timer = setTimeout(updateLater, SETTLE_MS);
      });
      updateLater();
      // Cerbos may take a while. An existing file is good enough to start with.
      if (!existsSync(resolve(cwd, out))) await last;
    },
  };
}

function isInside(folder: string, path: string): boolean {
  return !relative(folder, path).startsWith("..");
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
