import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { findCerbos } from "../../src/internal.ts";
import { type Run, run, type RunOptions } from "./run.ts";

/** A folder with an app's policies. */
export interface App {
  readonly folder: string;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  /** Runs `kinde-cerbos typegen` in the folder, without a Cerbos. */
  readonly typegen: (args?: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Runs {@link App.typegen}, and returns the text of the file. */
  readonly typed: (args?: readonly string[]) => Promise<string>;
}

/** The environment of a machine with a Cerbos. */
export const WITH_CERBOS = { CERBOS_PATH: findCerbos().path };

/** Creates a folder with these files, by path. It is deleted after the test. */
export function app(files: { readonly [path: string]: string }): App {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-app-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  const typegen: App["typegen"] = (args = [], options = {}) =>
    run(["typegen", ...args], { cwd: folder, env: { PATH: folder }, ...options });
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    folder,
    read,
    write,
    typegen,
    async typed(args) {
      const { code, stderr } = await typegen(args);
      if (code !== 0) throw new Error(stderr);
      return read("src/cerbos.gen.ts");
    },
  };
}

/** A resource policy with a rule for each list of actions. */
export function resourcePolicy(resource: string, actions: readonly string[][], more: object = {}): string {
  const rules = actions.map((list) => ({ actions: list, effect: "EFFECT_ALLOW", roles: ["user"] }));
  return JSON.stringify({
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: { resource, version: "default", rules, ...more },
  });
}

/** The part of a policy that names the schema of its resources. */
export function withSchema(ref: string): object {
  return { schemas: { resourceSchema: { ref } } };
}
