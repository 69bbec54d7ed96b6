/** Compiles the policies, runs their tests, and writes the counts to `test-results/policies.json`. */
import { fileURLToPath } from "node:url";
import { runPolicyTests } from "@kinde-cerbos/cli/internal";

const local = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (!runPolicyTests(local("policies"), local("test-results/policies.json"))) process.exitCode = 1;
