import { testPolicies } from "@kinde-cerbos/cli/internal";

/**
 * Runs the tests of a folder of policies by `cerbos compile`, without and with strict evaluation if this Cerbos has it.
 * It is the Cerbos that `startPdp` starts.
 *
 * @throws Error with what Cerbos says, if policies do not compile, a test fails, or there is none
 */
export function runPolicyTests(folder: string): void {
  for (const { mode, results, report } of testPolicies(folder)) {
    if (results.failed > 0) throw new Error(["cerbos compile", ...mode, `${folder} failed:\n${report()}`].join(" "));
  }
}
