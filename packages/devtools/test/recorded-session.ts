import { type KindeClaims, principalFromClaims } from "@kinde-cerbos/core";
import { type RecordedSession } from "../src/record/recorder.ts";

/** Returns a session of Ann, recorded at this time, with these additional claims. Its id depends on its rights. */
export function recordedSession(at: number, more: Partial<KindeClaims> = {}): RecordedSession {
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
