import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type PdpSettings } from "../pdp/pdp-config.ts";

/** What the policies for Kinde tokens are told of an issuer with these applications. */
export function pdpGlobals(
  issuer: string,
  { applications }: LocalKindeConfig,
  behindGateway: boolean,
): PdpSettings["globals"] {
  const [clientId = "", ...others] = applications.map((application) => application.clientId);
  const audience = [...new Set(applications.flatMap(({ audiences = [] }) => audiences))];
  return {
    issuer,
    // Policies of your own may compare it to a text.
    clientId: others.length === 0 ? clientId : [clientId, ...others],
    ...(audience.length > 0 && { audience }),
    ...(behindGateway && { behindGateway }),
  };
}
