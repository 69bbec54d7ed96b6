import { answerRefusals, type Gateway } from "@kinde-cerbos/server";
import { jsonResponse, requireSameOrigin } from "@kinde-cerbos/server/internal";
import { connection } from "next/server";
import { type Identify, refreshedPageSession, renewedPageSession } from "./session.ts";

/** The handlers of the gateway's route. */
export interface AuthzRoute {
  /**
   * At `/api/events`, streams what has changed to a page with `live`, for the user of the cookie. It refuses other
   * paths, and all requests if the option `events` is not set.
   */
  readonly GET: (request: Request) => Promise<Response>;
  /**
   * Answers checks and plans. At `/session`, returns the page's session; at `/session/renew`, the same with a new token
   * from Kinde.
   */
  readonly POST: (request: Request) => Promise<Response>;
  /** Answers preflight requests from other origins that `corsOrigins` allows. */
  readonly OPTIONS: (request: Request) => Promise<Response>;
}

/** Creates the handlers: the gateway, and the page's session beside it. */
export function createRoute(gateway: () => Gateway, identify: Identify): AuthzRoute {
  const answerWith = (sessionFor: typeof refreshedPageSession): Gateway =>
    answerRefusals(async (request: Request) => {
      requireSameOrigin(request);
      return jsonResponse(JSON.stringify(await sessionFor(identify, request)), 200);
    });
  const session = answerWith(refreshedPageSession);
  const renewal = answerWith(renewedPageSession);
  return {
    async GET(request) {
      // Next.js must not prerender the response.
      await connection();
      return gateway()(request);
    },
    async POST(request) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/session/renew")) return renewal(request);
      return pathname.endsWith("/session") ? session(request) : gateway()(request);
    },
    OPTIONS: async (request) => gateway()(request),
  };
}
