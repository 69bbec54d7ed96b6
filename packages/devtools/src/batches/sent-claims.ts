import { type KindeClaims } from "@kinde-cerbos/core";
import { type Attempt } from "../record/attempt.ts";
import { type RecordedSession } from "../record/recorder.ts";

/** Returns the claims of the token that a request was sent with; `null` if they are unknown. */
export function sentClaims({ request, startedAt }: Attempt, sessions: readonly RecordedSession[]): KindeClaims | null {
  const principal = JSON.stringify(request.principal);
  const isOfRequest = ({ session }: RecordedSession): boolean => JSON.stringify(session.principal) === principal;
  const sent =
    sessions.findLast((recorded) => recorded.at <= startedAt && isOfRequest(recorded)) ?? sessions.find(isOfRequest);
  return sent?.claims ?? null;
}
