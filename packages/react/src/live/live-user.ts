import { type KindeClaims } from "@kinde-cerbos/core";

/** The user whose events a page follows, as JSON: issuer, application, user and organization. It is not a token. */
export type LiveUser = string;

export function liveUserOf({ iss, azp, sub, org_code: org }: KindeClaims): LiveUser {
  return JSON.stringify([iss, azp, sub, org]);
}
