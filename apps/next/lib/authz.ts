import { createAuthz } from "@kinde-cerbos/next";
import { events } from "./events.ts";

/** A token that is older than a change of its user's rights is refused at once. The page gets another one. */
export const { createAuthzRoute, getAuthorizer, getPageSession, prefetchDecisions, requireAllowed } = createAuthz({
  events,
  isRevoked: events.isRevoked,
});
