import { HTTP } from "@cerbos/http";
import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";

/**
 * The page sends its checks directly to the PDP. The gateway limits the rate of a user's requests, and would refuse
 * some of 300 at once.
 */
export const PATH = "/pdp";

/** The two clients of a PDP that a page can take, by their names in the address. */
export const CLIENTS: { readonly [name: string]: { readonly label: string; readonly pdp: PolicyDecisionPoint } } = {
  fetch: { label: "createFetchPdp", pdp: createFetchPdp(PATH) },
  http: { label: "@cerbos/http", pdp: new HTTP(PATH) },
};
