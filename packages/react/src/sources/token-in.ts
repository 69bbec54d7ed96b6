import { type TokenOrClaims } from "@kinde-cerbos/core";
import { type TokenSnapshot } from "./token-source.ts";

/** The token of a snapshot, or its claims; `null` for nobody, `undefined` while it is not known. */
export function tokenIn(snapshot: TokenSnapshot): TokenOrClaims | undefined {
  if (snapshot.status === "signed_in") return snapshot.token ?? snapshot.claims;
  return snapshot.status === "signed_out" ? null : undefined;
}
