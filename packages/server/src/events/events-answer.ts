import { type Identity, missingToken, type VerifiedToken } from "../identify.ts";
import { type RateLimiter, spend } from "../rate-limit.ts";
import { type AllowedKinds } from "../read-request.ts";
import { Refusal } from "../refusal.ts";
import { findToken, type TokenOf } from "../session-token.ts";
import { tokenOfRequest } from "../token-of-request.ts";
import { type Events } from "./events.ts";
import { streamOpenerOf } from "./stream-opener.ts";

/** The parts of a gateway that its stream of events needs. */
export interface EventsAnswerOptions {
  readonly events: Events;
  readonly identity: Identity;
  readonly subjectOf: (verified: VerifiedToken, request: Request) => Promise<string>;
  readonly rateLimit: RateLimiter | false;
  readonly allow: AllowedKinds | undefined;
  readonly tokenOf: TokenOf | undefined;
}

/** The answer must not be stored, changed on the way, or held back by a proxy such as nginx. */
const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
};

/**
 * Creates the handler of requests for the stream of events. It accepts the same tokens as a check, and always requires
 * one: an anonymous page has no rights that change.
 *
 * @returns a function that throws a Refusal
 * @throws AuthzError `invalid_option` if `events` is not from `createEvents`
 */
export function createEventsAnswer(options: EventsAnswerOptions): (request: Request) => Promise<Response> {
  const { events, identity, subjectOf, rateLimit, allow, tokenOf } = options;
  const openStream = streamOpenerOf(events);
  return async (request) => {
    if (request.method !== "GET") {
      throw new Refusal("method_not_allowed", "Open the stream of events with GET.", { allow: "GET" });
    }
    const { token } = await findToken(request, tokenOfRequest(request, null), tokenOf);
    const verified = token === null ? null : await identity.verify(token);
    if (!verified) throw missingToken();
    await spend(rateLimit, { subject: await subjectOf(verified, request), cost: 1, request });
    const claims = await identity.claimsOf(verified);
    const body = openStream({
      subject: claims.sub,
      organization: claims.org_code,
      issuedAt: claims.iat,
      endsAt: identity.endOf(claims),
      lastEventId: request.headers.get("last-event-id"),
      isKindAllowed: (kind) => allow === undefined || Object.hasOwn(allow, kind),
      signal: request.signal,
    });
    return new Response(body, { headers: HEADERS });
  };
}
