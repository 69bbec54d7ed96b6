import { testPolicies } from "@kinde-cerbos/cli/internal";

/**
 * Runs the policy tests in a folder with `cerbos compile`, and a second time with strict evaluation if this Cerbos
 * supports it. It uses the same Cerbos binary as `startPdp`.
 *
 * @throws Error with Cerbos' report if policies do not compile, a test fails, or there is no test
 */
export function runPolicyTests(folder: string): void {
  for (const { mode, results, report } of testPolicies(folder)) {
    if (results.failed > 0) throw new Error(["cerbos compile", ...mode, `${folder} failed:\n${report()}`].join(" "));
  }
}
