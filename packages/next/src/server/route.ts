import { answerRefusals, type Gateway } from "@kinde-cerbos/server";
import { jsonResponse, requireSameOrigin } from "@kinde-cerbos/server/internal";
import { connection } from "next/server";
import { type Identify, refreshedPageSession, renewedPageSession } from "./session.ts";

/** The handlers of the gateway's route. */
export interface AuthzRoute {
  /**
   * Answers at `/api/events` what is outdated on a page with `live`, as a stream, for the user of the cookie. Without
   * the option `events`, and anywhere else, it refuses.
   */
  readonly GET: (request: Request) => Promise<Response>;
  /**
   * Answers checks and plans, at `/session` whose session the page is, and at `/session/renew` the same with a token
   * that Kinde issues now.
   */
  readonly POST: (request: Request) => Promise<Response>;
  /** Answers pages of other origins, if `corsOrigins` allows them. */
  readonly OPTIONS: (request: Request) => Promise<Response>;
}

/** The gateway, and the session of the page beside it. */
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
      // Next must not answer it ahead.
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
