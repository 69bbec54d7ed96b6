import { HTTP } from "@cerbos/http";
import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";

/**
 * Where the page asks: directly at the PDP. The gateway limits how often a user may ask, and refuses some of 300
 * requests at once.
 */
export const PATH = "/pdp";

/** The two clients of a PDP that a page can take, by their names in the address. */
export const CLIENTS: { readonly [name: string]: { readonly label: string; readonly pdp: PolicyDecisionPoint } } = {
  fetch: { label: "createFetchPdp", pdp: createFetchPdp(PATH) },
  http: { label: "@cerbos/http", pdp: new HTTP(PATH) },
};
