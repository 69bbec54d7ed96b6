// @vitest-environment node
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

it("rules, users and matchers know the kinds, actions, roles and flags from typegen", () => {
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(compiler), "bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "--project", "test/types"], { encoding: "utf8" });
  expect(stdout).toBe("");
});
