/**
 * For tests in Node: a real Cerbos PDP with your policies, a Kinde-compatible issuer, tokens, and your policy tests as
 * cases for components.
 *
 * @packageDocumentation
 */
export { type LocalKinde, type LocalKindeOptions, startLocalKinde } from "@kinde-cerbos/local-kinde";
export {
  createKindeToken,
  type KindeToken,
  type KindeTokenOptions,
  TEST_CLIENT_ID,
  TEST_ISSUER,
} from "./node/kinde-token.ts";
export { startPdp, type StartPdpOptions, type TestPdp } from "./node/start-pdp.ts";
export { loadPolicyTests, type LoadPolicyTestsOptions, type PolicyCase } from "./policy-tests/load-policy-tests.ts";
export { runPolicyTests } from "./policy-tests/run-policy-tests.ts";
