// @vitest-environment node
import { spawnSync } from "node:child_process";
import { findCerbos } from "@kinde-cerbos/cli/internal";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { expect, it } from "vitest";
import { assemble } from "../../policies/test/assemble.ts";
import { expectationsOf } from "../src/policy-tests/expectations.ts";
import { readSuiteFiles } from "../src/policy-tests/suite-file.ts";

function list(value: unknown): ReturnType<typeof fieldsOf>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** Returns the results of `cerbos compile`, by test, principal, resource and action. */
function cerbosResults(folder: string): string[] {
  const { stdout } = spawnSync(findCerbos().path, ["compile", folder, "--output=json"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return list(fieldsOf(JSON.parse(stdout))["suites"]).flatMap((suite) =>
    list(suite["testCases"]).flatMap((test) =>
      list(test["principals"]).flatMap((principal) =>
        list(principal["resources"]).flatMap((resource) =>
          list(resource["actions"]).map(({ name, details }) => {
            const effect = fieldsOf(fieldsOf(details)["success"])["effect"];
            const where = `${String(principal["name"])} on ${String(resource["name"])}: ${String(test["name"])}`;
            return `${where} (${String(suite["name"])}) ${String(name)} ${effect === "EFFECT_ALLOW"}`;
          }),
        ),
      ),
    ),
  );
}

it("reads the same policy tests with the same effects as Cerbos", () => {
  using assembled = assemble();
  for (const folder of [assembled.folder, "../../apps/demo/policies"]) {
    const read = readSuiteFiles(folder)
      .flatMap(expectationsOf)
      .flatMap(({ name, allowed }) => Object.entries(allowed).map(([action, is]) => `${name} ${action} ${is}`));
    const known = cerbosResults(folder);
    expect(known.length).toBeGreaterThan(500);
    expect(read.toSorted()).toEqual(known.toSorted());
  }
});
