import { fromBase64urlJson, isFields } from "@kinde-cerbos/core/internal";

/** The query that the page was loaded with, before Kinde's SDK or the app takes Kinde's answer out of the address. */
export const arrival: string = /* @__PURE__ */ readArrival();

function readArrival(): string {
  return typeof window === "undefined" ? "" : window.location.search;
}

/** The state in a query that Kinde has come back with; `null` if Kinde's SDK has not made it, as base64url of JSON. */
export function stateIn(query: string): { readonly [name: string]: unknown } | null {
  try {
    const state = new URLSearchParams(query).get("state") ?? "";
    const ours = fromBase64urlJson(state);
    return isFields(ours) ? ours : null;
  } catch {
    return null;
  }
}
