import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { hasMethods, requireOption } from "@kinde-cerbos/core/internal";

/**
 * The client for the `pdp` of PermissionsProvider: an address gets the lean client of core.
 *
 * @throws AuthzError `invalid_option` if it is neither an address nor a client
 */
export function pdpClient(pdp: PolicyDecisionPoint | string): PolicyDecisionPoint {
  requireOption(
    typeof pdp === "string" ? isAddress(pdp) : hasMethods(pdp, ["checkResources"]),
    `pdp must be an address such as "/authz" or "https://pdp.example.com", or a client of a PDP such as new HTTP(url), ` +
      `not ${typeof pdp === "string" ? JSON.stringify(pdp) : `a value of type ${typeof pdp}`}`,
  );
  return typeof pdp === "string" ? createFetchPdp(pdp) : pdp;
}

/** The default name of a PDP in the cache: the path of its address, which is the same in each environment. */
export function pdpNameOf(pdp: PolicyDecisionPoint | string): string {
  if (typeof pdp !== "string") return "default";
  return new URL(pdp, PAGE).pathname.replace(/(?<=.)\/$/, "");
}

/**
 * The address of the gateway whose events the page follows, by the provider's `live`; `null` if it follows none.
 *
 * @throws AuthzError `invalid_option` if there is no address
 */
export function liveAddress(live: boolean | string, pdp: PolicyDecisionPoint | string): string | null {
  if (live === false) return null;
  const address = live === true ? pdp : live;
  requireOption(
    typeof address === "string" && isAddress(address),
    live === true
      ? 'live must be the address of your gateway, such as live="/authz", because pdp is a client'
      : `live must be true or the address of your gateway, such as "/authz", not ${JSON.stringify(live)}`,
  );
  return address;
}

/** Stands for the origin of the page. */
const PAGE = "http://page.invalid";

/**
 * Whether it is a URL, or a path from the root of the origin: a path relative to the page would change with each route.
 * A text such as `/\evil.example` looks like a path, but a browser takes it for another host, which would get the
 * token.
 */
function isAddress(pdp: string): boolean {
  if (!/^(?:\/|https?:\/\/)[^?#]*$/i.test(pdp) || !URL.canParse(pdp, PAGE)) return false;
  const { origin, username, password } = new URL(pdp, PAGE);
  return (!pdp.startsWith("/") || origin === PAGE) && username === "" && password === "";
}
