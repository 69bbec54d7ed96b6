import { type KindeClaims } from "@kinde-cerbos/core";
import { type Attempt } from "../record/attempt.ts";
import { type SeenSession } from "../record/recorder.ts";

/** The claims of the token that a request had, as far as they are known; `null` if they are not. */
export function sentClaims({ request, startedAt }: Attempt, sessions: readonly SeenSession[]): KindeClaims | null {
  const principal = JSON.stringify(request.principal);
  const isOfRequest = ({ session }: SeenSession): boolean => JSON.stringify(session.principal) === principal;
  const sent = sessions.findLast((seen) => seen.at <= startedAt && isOfRequest(seen)) ?? sessions.find(isOfRequest);
  return sent?.claims ?? null;
}
