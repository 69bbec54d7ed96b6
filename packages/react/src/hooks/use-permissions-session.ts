"use client";

import { type PermissionsSession, SessionContext, useProvided } from "../session/permissions-context.ts";

/**
 * Who asks: status, principal and organization.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePermissionsSession(): PermissionsSession {
  return useProvided(SessionContext, "usePermissionsSession");
}
