import { type KindeClaims } from "@kinde-cerbos/core";

/** Who a page follows events of: a user in an organization, of an application of an issuer. It is no token. */
export type LiveUser = string;

export function liveUserOf({ iss, azp, sub, org_code: org }: KindeClaims): LiveUser {
  return JSON.stringify([iss, azp, sub, org]);
}
