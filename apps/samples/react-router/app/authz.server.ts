import { type Check, type Decision, type Session } from "@kinde-cerbos/core";
import { createEnforcer, createGateway, Refusal } from "@kinde-cerbos/server";
import { authz } from "../../shared/settings.ts";
import { tokenOf } from "./session.server.ts";

/** The gateway: answers the checks of pages for the user of the session cookie. */
export const gateway = createGateway({ ...authz, tokenOf });

const enforcer = createEnforcer<Request>({ ...authz, tokenOf });

/** Returns the session of the request's user if the PDP allows the check. Otherwise it throws a response, such as 403. */
export const requireAllowed = (request: Request, check: Check): Promise<Session> =>
  orResponse(enforcer.requireAllowed(request, check));

/** Returns the decisions for the checks, in the same order. Throws a response, such as 401, if there are none. */
export const authorize = (request: Request, checks: readonly Check[]): Promise<Decision[]> =>
  orResponse(enforcer.authorize(request, checks));

/** A thrown response keeps its status, and React Router renders the route's error boundary. */
async function orResponse<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof Refusal ? error.getResponse() : error;
  }
}
