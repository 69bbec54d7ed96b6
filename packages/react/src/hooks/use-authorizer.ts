"use client";

import { type Authorizer } from "@kinde-cerbos/core";
import { PermissionsContext, useProvided } from "../session/permissions-context.ts";

/**
 * Returns the session's authorizer, for code outside of components, such as a router's context for `ensureCan` in its
 * loaders. It is `null` while no check can be sent. If nobody is signed in, it refuses every check with `signed_out`
 * and sends nothing. Each session has its own. A token refresh does not change it.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useAuthorizer(): Authorizer | null {
  return useProvided(PermissionsContext, "useAuthorizer").current();
}
