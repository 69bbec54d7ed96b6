"use client";

import { type Authorizer } from "@kinde-cerbos/core";
import { PermissionsContext, useProvided } from "../session/permissions-context.ts";

/**
 * The authorizer of the session, for what asks outside of components: a router's
 * context, for `ensureCan` in its loaders. `null` while nothing may be asked. If
 * nobody is signed in, it refuses everything with `signed_out` and sends nothing.
 * It is another one for each session, and the same one after a refresh of the token.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useAuthorizer(): Authorizer | null {
  return useProvided(PermissionsContext, "useAuthorizer").current();
}
