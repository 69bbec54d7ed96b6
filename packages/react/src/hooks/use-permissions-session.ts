"use client";

import { type PermissionsSession, SessionContext, useProvided } from "../session/permissions-context.ts";
import { isEqualJson, useStableValue } from "./use-stable-value.ts";

/**
 * Returns the session: status, principal and organization.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePermissionsSession(): PermissionsSession {
  const session = useProvided(SessionContext, "usePermissionsSession");
  // A refreshed token is another session, which may say the same.
  const principal = useStableValue(session.principal, isEqualJson);
  return useStableValue({ ...session, principal });
}
