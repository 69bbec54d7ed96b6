import { type KindeClaims, principalFromClaims } from "@kinde-cerbos/core";
import { type SeenSession } from "../src/record/recorder.ts";

/** A session of Ann that was seen at a time, with these claims besides. Its id is that of its rights. */
export function seenSession(at: number, more: Partial<KindeClaims> = {}): SeenSession {
  const claims: KindeClaims = { sub: "kp_ann", org_code: "org_north", permissions: [], ...more };
  const principal = principalFromClaims(claims);
  return {
    at,
    claims,
    session: {
      status: "authenticated",
      id: JSON.stringify(principal),
      principal,
      orgCode: claims.org_code ?? null,
      expiresAt: null,
      error: null,
    },
  };
}
