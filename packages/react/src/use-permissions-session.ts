"use client";

import { type AuthzError, type Principal } from "@kinde-cerbos/core";

import { SessionContext, useProvided } from "./permissions-context.ts";

/** Who asks, as the app may show it. It holds no token. */
export interface PermissionsSession {
  /**
   * - `loading`: Kinde has not said who it is; nothing is allowed
   * - `signed_out`: nobody is signed in; nothing is sent, and everything is denied
   * - `anonymous`: nobody is signed in, and the provider has `anonymous`: checks are sent as the anonymous principal
   * - `authenticated`: somebody is
   * - `expired`: the token is past its end; nothing is allowed until it is refreshed
   * - `error`: the token cannot be used, see `error`; nothing is allowed
   */
  readonly status: "loading" | "signed_out" | "anonymous" | "authenticated" | "expired" | "error";
  /** Session id, which all decisions are kept under; `null` while there is no session, and for `signed_out`. */
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
