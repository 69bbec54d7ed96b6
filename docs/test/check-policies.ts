import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCerbos, evaluationModes } from "@kinde-cerbos/cli/internal";
import { type Block } from "./blocks.ts";
import { copyPack } from "./copy-pack.ts";

/**
 * Compiles policies beside those for Kinde tokens, and runs the tests among them, as one set, in both modes of
 * evaluation. Returns the problems.
 */
export function checkPolicies(blocks: readonly Block[], folder: string): string[] {
  copyPack(folder);
  writePolicies(blocks, folder);
  return evaluationModes().flatMap((mode) => {
    const run = spawnSync(findCerbos().path, ["compile", ...mode, folder], { encoding: "utf8" });
    return run.status === 0 ? [] : [`${[blocks[0]?.file, ...mode].join(" ")}: ${run.stdout}${run.stderr}`];
  });
}

/** Writes the blocks that are files of policies. What Cerbos loads is the folder named "policies", wherever an app has it. */
export function writePolicies(blocks: readonly Block[], folder: string): void {
  for (const { title = "", code } of blocks) {
    const path = join(folder, title.slice(title.indexOf("policies/") + "policies/".length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
}
