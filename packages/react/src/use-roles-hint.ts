import { type Session } from "@kinde-cerbos/core";
import { useEffect } from "react";

/** Replaced by the app's bundler. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

let isGiven = false;

/**
 * Says once, and in development only, that the token has no roles: Kinde leaves
 * them out unless the application asks for them, and policies then see none.
 */
export function useRolesHint(session: Session | null): void {
  const claims = session?.claims ?? null;
  const hasNoRoles = claims !== null && claims.roles === undefined;
  useEffect(() => {
    if (!hasNoRoles || isGiven || process.env.NODE_ENV === "production") return;
    isGiven = true;
    console.warn(
      "kinde-cerbos: the Kinde token has no roles, so policies see none. If yours read roles, switch them on in Kinde: Settings > Applications > your application > Tokens > Token customization > Access token > Roles.",
    );
  }, [hasNoRoles]);
}
