import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type PdpSettings } from "../pdp/pdp-config.ts";

/** Returns the `engine.globals` for the policies for Kinde tokens, for an issuer with these applications. */
export function pdpGlobals(
  issuer: string,
  { applications }: LocalKindeConfig,
  behindGateway: boolean,
): PdpSettings["globals"] {
  const [clientId = "", ...others] = applications.map((application) => application.clientId);
  const audience = [...new Set(applications.flatMap(({ audiences = [] }) => audiences))];
  return {
    issuer,
    // A single id stays a string: policies of the app may compare it with one.
    clientId: others.length === 0 ? clientId : [clientId, ...others],
    ...(audience.length > 0 && { audience }),
    ...(behindGateway && { behindGateway }),
  };
}
