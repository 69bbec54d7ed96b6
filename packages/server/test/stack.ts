// The demo's programs, policies, people and documents, by their paths: the demo is built on this package, so it can
// be no dependency of it.
import { fileURLToPath } from "node:url";

import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";

import { kindeConfig } from "../../../apps/demo/stack/kinde-config.ts";
import { type Pdp, type PdpOptions, startPdp } from "../../../apps/demo/stack/pdp.ts";
import { CLIENT_ID } from "../../../apps/demo/stack/programs.ts";

export { ACTIONS, documentResource, documents } from "../../../apps/demo/data/documents.ts";
export { oracle } from "../../../apps/demo/test/oracle.ts";
export { CLIENT_ID, type Pdp };

/** The audience of the demo's application. */
export const AUDIENCE = "https://documents.example.com";

/** An administrator, an editor and a member. */
export const mara = { person: "kp_mara", organization: "org_aurora" };
export const jonas = { person: "kp_jonas", organization: "org_aurora" };
export const tomas = { person: "kp_tomas", organization: "org_aurora" };

/** A real issuer with the demo's people. */
export const startIssuer = async (): Promise<LocalKinde> =>
  startLocalKinde({ config: await kindeConfig("http://localhost:5173") });

/** A real PDP with the demo's policies, for tokens of the issuer. */
export const startPdpFor = (kinde: LocalKinde, options: Partial<PdpOptions> = {}): Promise<Pdp> =>
  startPdp({
    policies: fileURLToPath(new URL("../../../apps/demo/policies", import.meta.url)),
    jwksUrl: `${kinde.url}/.well-known/jwks`,
    globals: { issuer: kinde.url, clientId: CLIENT_ID },
    ...options,
  });
