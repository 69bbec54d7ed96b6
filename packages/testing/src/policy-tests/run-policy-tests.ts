import { testPolicies } from "@kinde-cerbos/cli/internal";

/**
 * Runs the policy tests of a folder with `cerbos compile`, again with strict evaluation if this Cerbos supports it. It
 * uses the same Cerbos as `startPdp`.
 *
 * @throws Error with the report of Cerbos if policies do not compile, a test fails, or there is no test
 */
export function runPolicyTests(folder: string): void {
  for (const { mode, results, report } of testPolicies(folder)) {
    if (results.failed > 0) throw new Error(["cerbos compile", ...mode, `${folder} failed:\n${report()}`].join(" "));
  }
}
