import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { isFields } from "@kinde-cerbos/core/internal";
import { createPdpPool, type PdpPool, type PdpPoolOptions } from "./pdp-pool.ts";
import { refusalFrom, retryAfter } from "./refusal.ts";

/** Where an enforcer's PDP is: its addresses, or a client of it. */
interface PdpOptions extends Omit<PdpPoolOptions, "pdp"> {
  readonly pdp: PdpPoolOptions["pdp"] | PolicyDecisionPoint;
}

/** The PDP as a client for core. */
export function pdpOf({ pdp, ...options }: PdpOptions): PolicyDecisionPoint {
  return isClient(pdp) ? pdp : poolClient(createPdpPool({ ...options, pdp }));
}

/** Untyped callers pass anything. */
function isClient(pdp: unknown): pdp is PolicyDecisionPoint {
  return isFields(pdp) && "checkResources" in pdp;
}

/** A client of several PDPs: core's own client, with the pool in place of `fetch`. */
function poolClient(pool: PdpPool): PolicyDecisionPoint {
  return createFetchPdp("", {
    fetch: async (url, { body, signal } = {}) => {
      try {
        const path = url === "/api/plan/resources" ? "plan" : "check";
        const { text, status, retryAfterMs } = await pool.ask(
          path,
          typeof body === "string" ? body : "",
          signal ?? new AbortController().signal,
        );
        return new Response(text, { status, headers: retryAfter(retryAfterMs) });
      } catch (error) {
        return refusalFrom(error).getResponse();
      }
    },
  });
}
