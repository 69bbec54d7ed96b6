import { fieldsOf, hasMethods } from "../base/guards.ts";
import { type PdpPlanRequest, type PdpRequest, type PolicyDecisionPoint } from "./pdp.ts";

/** Code around each request of a client; `send` sends the request, or another one in its place. */
export interface PdpWrapping {
  checkResources(request: PdpRequest, send: (request: PdpRequest) => Promise<unknown>): Promise<unknown>;
  planResources(request: PdpPlanRequest, send: (request: PdpPlanRequest) => Promise<unknown>): Promise<unknown>;
}

/** Returns a client that runs code around each request of `pdp`, with the same methods as `pdp`. */
export function wrappedPdp(pdp: PolicyDecisionPoint, wrapping: PdpWrapping): PolicyDecisionPoint {
  // The authorizer refuses a value that is not a client.
  if (!hasMethods(pdp, ["checkResources"])) return pdp;
  const { transport } = fieldsOf(pdp);
  return {
    // The address is read from it if there is no answer.
    ...(transport !== undefined && { transport }),
    checkResources: (request, options) => wrapping.checkResources(request, (sent) => pdp.checkResources(sent, options)),
    ...(hasMethods(pdp, ["planResources"]) &&
      ({
        planResources: (request, options) =>
          wrapping.planResources(request, async (sent) => pdp.planResources?.(sent, options)),
      } satisfies Partial<PolicyDecisionPoint>)),
  };
}
