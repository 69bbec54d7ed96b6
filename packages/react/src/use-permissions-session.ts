"use client";

import { type AuthzError, type Principal } from "@kinde-cerbos/core";

import { SessionContext, useProvided } from "./permissions-context.ts";

/** Who asks, as the app may show it. It holds no token. */
export interface PermissionsSession {
  /**
   * - `loading`: Kinde has not said who it is; nothing is allowed
   * - `anonymous`: nobody is signed in; asked as the anonymous principal
   * - `authenticated`: somebody is
   * - `expired`: the token is past its end; nothing is allowed until it is refreshed
   * - `error`: the token cannot be used, see `error`; nothing is allowed
   */
  readonly status: "loading" | "anonymous" | "authenticated" | "expired" | "error";
  /** Session id, which all decisions are kept under; `null` while there is no session. */
  readonly id: string | null;
  readonly principal: Principal | null;
  /** Kinde organization code. */
  readonly orgCode: string | null;
  /** When the token ends, in ms since the epoch. */
  readonly expiresAt: number | null;
  readonly error: AuthzError | null;
}

/**
 * Who asks: status, principal and organization.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePermissionsSession(): PermissionsSession {
  return useProvided(SessionContext, "usePermissionsSession");
}
