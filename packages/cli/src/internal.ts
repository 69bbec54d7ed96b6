/**
 * Starts, stops and checks programs on this machine, such as Cerbos and the local Kinde. **Not public API**: it is for
 * other packages of this repository, and changes without notice.
 *
 * @packageDocumentation
 */
export { pdpGlobals } from "./dev/pdp-globals.ts";
export { doctorReport } from "./doctor/doctor-report.ts";
export { startLocalIssuer } from "./issuer/local-issuer.ts";
export { cerbosVersion, findCerbos, isAtLeast } from "./pdp/cerbos.ts";
export { evaluationModes, hasStrictEvaluation, pdpConfig, type PdpSettings } from "./pdp/pdp-config.ts";
export { startPdpProcess } from "./pdp/pdp-process.ts";
export { type Pdp, type PdpOptions, startPdp } from "./pdp/pdp.ts";
export { runPolicyTests, testPolicies } from "./pdp/run-policy-tests.ts";
export { type Child, describeExit, startChild } from "./programs/child.ts";
export { waitUntilHealthy } from "./programs/health.ts";
export {
  parsePort,
  type PortSetting,
  refuseTakenPorts,
  samePortMessage,
  takenPortsMessage,
} from "./programs/port-setting.ts";
export { ProgramError } from "./programs/program-error.ts";
export { freePort, isPortFree } from "./programs/ports.ts";
export { onStopSignal } from "./programs/stop-signals.ts";
export { createSupervisor } from "./programs/supervisor.ts";
export { UsageError } from "./usage-error.ts";
