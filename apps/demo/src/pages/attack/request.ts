import { type Principal } from "@kinde-cerbos/core";
import { type Door, type Lie, type NamedToken } from "./attack.ts";

/** A request as `fetch` takes it, or as it is shown. */
export interface LieRequest {
  readonly method: string;
  readonly address: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON. */
  readonly body?: object;
}

/** Whose request it is where the lie says nothing else. */
export interface Sender {
  readonly principal: Principal;
  readonly token: NamedToken;
}

const PDP = { direct: "/pdp", gateway: "/authz" };

/**
 * The request for a lie at a door.
 *
 * @param tell what stands in the place of a token: the token itself, or its name where the request is shown
 */
export function requestFor(door: Door, lie: Lie, sender: Sender, tell: (token: NamedToken) => string): LieRequest {
  const { token = sender.token, inAddress, header } = lie;
  const search = inAddress === undefined ? "" : `?access_token=${tell(inAddress)}`;
  const bearer = (...tokens: (NamedToken | null | undefined)[]): LieRequest["headers"] => {
    const all = tokens.filter((one) => one !== null && one !== undefined).map((one) => `Bearer ${tell(one)}`);
    return all.length === 0 ? {} : { authorization: all.join(", ") };
  };
  if (door === "api") {
    return {
      method: lie.action === "view" ? "GET" : "DELETE",
      address: `/api/documents/${encodeURIComponent(lie.resource.id)}${search}`,
      headers: bearer(header, token),
    };
  }
  const { action, resource, principal = sender.principal, includeMeta } = lie;
  return {
    method: "POST",
    address: `${PDP[door]}/api/check/resources${search}`,
    headers: bearer(header),
    body: {
      principal,
      resources: [{ actions: [action], resource }],
      ...(token !== null && { auxData: { jwt: { token: tell(token) } } }),
      ...(includeMeta && { includeMeta }),
    },
  };
}

/** The request as it is shown, with names in the place of tokens. */
export function shownRequest(door: Door, lie: Lie, sender: Sender): string {
  const { method, address, headers, body } = requestFor(door, lie, sender, ({ name }) => `‹${name}›`);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const json = body === undefined ? [] : ["", JSON.stringify(body, undefined, 2)];
  return [`${method} ${address}`, ...lines, ...json].join("\n");
}
