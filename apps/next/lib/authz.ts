import { createAuthz } from "@kinde-cerbos/next";
import { events } from "./events.ts";

/**
 * With `events`, a token issued before a change of its user's rights is refused at once, and the page gets a new one.
 */
export const { createAuthzRoute, getAuthorizer, getPageSession, prefetchDecisions, requireAllowed } = createAuthz({
  events,
  isRevoked: events.isRevoked,
});
