import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { cerbosBinary } from "@kinde-cerbos/demo/stack/cerbos-binary.ts";

import { type Block } from "./blocks.ts";

/** Compiles policies, and runs the tests among them, as one set. Returns the problems. */
export function checkPolicies(blocks: readonly Block[], folder: string): string[] {
  for (const { title = "", code } of blocks) {
    const path = join(folder, title);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  const run = spawnSync(cerbosBinary(), ["compile", folder], { encoding: "utf8" });
  return run.status === 0 ? [] : [`${blocks[0]?.file}: ${run.stdout}${run.stderr}`];
}
