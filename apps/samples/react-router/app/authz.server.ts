import { type Check, type Session } from "@kinde-cerbos/core";
import { createEnforcer, createGateway, Refusal } from "@kinde-cerbos/server";
import { authz } from "../../shared/settings.ts";
import { tokenOf } from "./session.server.ts";

/** Answers the checks of pages, in the name of the cookie's user. */
export const gateway = createGateway({ ...authz, tokenOf });

const enforcer = createEnforcer<Request>({ ...authz, tokenOf });

/**
 * Returns the session of the request's user if the PDP allows all checks. Otherwise it throws a response, such as 401
 * or 403, which React Router shows with the route's error boundary.
 */
export async function requireAllowed(request: Request, check: Check): Promise<Session> {
  try {
    return await enforcer.requireAllowed(request, check);
  } catch (error) {
    throw error instanceof Refusal ? error.getResponse() : error;
  }
}
