import { fromBase64urlJson, isFields } from "@kinde-cerbos/core/internal";

/**
 * The state in an address that Kinde has come back to; `null` where Kinde's SDK has not made it, as base64url of JSON.
 */
export function stateIn(query: string): { readonly [name: string]: unknown } | null {
  try {
    const state = new URLSearchParams(query).get("state") ?? "";
    const ours = fromBase64urlJson(state);
    return isFields(ours) ? ours : null;
  } catch {
    return null;
  }
}
