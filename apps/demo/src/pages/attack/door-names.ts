import { type Door } from "./attack.ts";

/** The doors, as the page names them. */
export const DOOR_NAMES: { readonly [door in Door]: { readonly name: string; readonly address: string } } = {
  direct: { name: "Directly", address: "/pdp" },
  gateway: { name: "Gateway", address: "/authz" },
  api: { name: "API", address: "/api/documents" },
};
