"use client";

import { type PermissionsSession, SessionContext, useProvided } from "../session/permissions-context.ts";
import { isEqualJson, useEqual } from "./use-equal.ts";

/**
 * Who asks: status, principal and organization.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePermissionsSession(): PermissionsSession {
  const session = useProvided(SessionContext, "usePermissionsSession");
  // A refreshed token is another session, which may say the same.
  const principal = useEqual(session.principal, isEqualJson);
  return useEqual({ ...session, principal });
}
