import { answerRefusals, type Gateway } from "@kinde-cerbos/server";
import { jsonResponse, requireSameOrigin } from "@kinde-cerbos/server/internal";
import { type Identify, refreshedPageSession } from "./session.ts";

/** The handlers of the gateway's route. */
export interface AuthzRoute {
  /** Answers checks and plans, and at `/session` whose session the page is. */
  readonly POST: (request: Request) => Promise<Response>;
  /** Answers pages of other origins, if `corsOrigins` allows them. */
  readonly OPTIONS: (request: Request) => Promise<Response>;
}

/** The gateway, and the session of the page beside it. */
export function createRoute(gateway: () => Gateway, identify: Identify): AuthzRoute {
  const session = answerRefusals(async (request: Request) => {
    requireSameOrigin(request);
    return jsonResponse(JSON.stringify(await refreshedPageSession(identify)), 200);
  });
  return {
    POST: async (request) =>
      new URL(request.url).pathname.endsWith("/session") ? session(request) : gateway()(request),
    OPTIONS: async (request) => gateway()(request),
  };
}
