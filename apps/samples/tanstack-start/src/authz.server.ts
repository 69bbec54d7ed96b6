import { type Check, type Decision, type Session } from "@kinde-cerbos/core";
import { createEnforcer, createGateway, Refusal } from "@kinde-cerbos/server";
import { getRequest, setResponseStatus } from "@tanstack/react-start/server";
import { authz } from "../../shared/settings.ts";
import { tokenOf } from "./session.server.ts";

/** The gateway: answers the checks of pages for the user of the session cookie. */
export const gateway = createGateway({ ...authz, tokenOf });

const enforcer = createEnforcer<Request>({ ...authz, tokenOf });

/** Returns the session of the request's user if the PDP allows the check. Otherwise it throws, with a status such as 403. */
export const requireAllowed = (check: Check): Promise<Session> =>
  withStatus(enforcer.requireAllowed(getRequest(), check));

/** Returns the decisions for the checks, in the same order. Throws, with a status such as 401, if there are none. */
export const authorize = (checks: readonly Check[]): Promise<Decision[]> =>
  withStatus(enforcer.authorize(getRequest(), checks));

async function withStatus<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) setResponseStatus(error.status);
    throw error;
  }
}
