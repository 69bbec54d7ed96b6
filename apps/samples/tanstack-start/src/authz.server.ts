import { type Check, type Session } from "@kinde-cerbos/core";
import { createEnforcer, createGateway, Refusal } from "@kinde-cerbos/server";
import { getRequest, setResponseStatus } from "@tanstack/react-start/server";
import { authz } from "../../shared/settings.ts";
import { tokenOf } from "./session.server.ts";

/** Answers the checks of pages, in the name of the cookie's user. */
export const gateway = createGateway({ ...authz, tokenOf });

const enforcer = createEnforcer<Request>({ ...authz, tokenOf });

/** Returns the session of the request's user if the PDP allows the check. Otherwise it throws, with a status such as 403. */
export async function requireAllowed(check: Check): Promise<Session> {
  try {
    return await enforcer.requireAllowed(getRequest(), check);
  } catch (error) {
    if (error instanceof Refusal) setResponseStatus(error.status);
    throw error;
  }
}
