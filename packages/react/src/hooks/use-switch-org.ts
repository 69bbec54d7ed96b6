"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { claimsIn, withoutTokens } from "@kinde-cerbos/core/internal";
import { useCallback, useEffect, useRef, useState } from "react";
import { PermissionsContext, SessionContext, SourceContext, useProvided } from "../session/permissions-context.ts";
import { tokenIn } from "../sources/token-in.ts";
import { type SwitchOrgOptions, type TokenSource } from "../sources/token-source.ts";
import { useStableValue } from "./use-stable-value.ts";

/** The result of {@link useSwitchOrg}. */
export interface SwitchOrgResult {
  /**
   * Switches to an organization, by its code. It never rejects.
   *
   * @returns whether the session is now that of the organization. It does not settle if the page redirects to Kinde.
   */
  readonly switchOrg: (orgCode: string) => Promise<boolean>;
  /** Whether a switch is in progress, in this or another tab. Until it ends, nothing is allowed: hooks are pending. */
  readonly isSwitching: boolean;
  /** The error of this hook's last switch. The former session continues. */
  readonly error: AuthzError | null;
}

/**
 * Returns a function that switches the organization. With Kinde's React SDK, it switches in a hidden frame, without
 * leaving the page, and redirects if Kinde cannot switch there. With Kinde's Next.js SDK, it always redirects.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useSwitchOrg(options: SwitchOrgOptions = {}): SwitchOrgResult {
  const { isSwitching, beginSwitch } = useProvided(PermissionsContext, "useSwitchOrg");
  const { status, orgCode: presentOrg } = useProvided(SessionContext, "useSwitchOrg");
  const source = useProvided(SourceContext, "useSwitchOrg");
  const [error, setError] = useState<AuthzError | null>(null);

  const latest = useRef({ options, source });
  useEffect(() => {
    latest.current = { options, source };
  });

  useEffect(() => {
    // Until it is known whose session it is, there is nothing to say and a session to lose.
    if (status === "loading") return;
    const look = async (): Promise<void> => {
      const failure = await latest.current.source.switchFailure?.(presentOrg);
      if (failure) setError(asAuthzError(failure));
    };
    void look().catch(() => {});
  }, [status, presentOrg]);

  const switchOrg = useCallback(
    async (orgCode: string) => {
      const { options: given, source: from } = latest.current;
      let end: (() => void) | null = null;
      let isOver = false;
      const onStart = (): void => {
        // One that comes too late would leave the page pending for good.
        if (isOver) return;
        setError(null);
        end ??= beginSwitch();
      };
      try {
        if (!from.switchOrg) throw new AuthzError("switch_failed", CANNOT_SWITCH);
        await from.switchOrg(orgCode, { ...given, onStart });
        requireOrg(latest.current.source, orgCode);
        setError(null);
        return true;
      } catch (thrown) {
        const failure = asAuthzError(thrown);
        // A later switch has taken its place.
        if (failure.code !== "aborted") setError(failure);
        return false;
      } finally {
        isOver = true;
        endOf(end);
      }
    },
    [beginSwitch],
  );
  return useStableValue({ switchOrg, isSwitching, error });
}

const CANNOT_SWITCH =
  "The token source of PermissionsProvider has no switchOrg, so the organization was not switched. Give it one, or " +
  "sign in to the organization by your own code.";

/** @throws AuthzError `switch_failed` if the source's token is for another organization */
function requireOrg(source: TokenSource, orgCode: string): void {
  const token = tokenIn(source.getSnapshot());
  // A source that loads its token again cannot say yet.
  if (!token) return;
  const { org_code: now } = claimsIn(token);
  if (now === orgCode) return;
  throw new AuthzError("switch_failed", `The token source has switched to ${orgCode}, but its token is for ${now}.`);
}

/** A callback may have set it: the compiler cannot know. */
function endOf(end: (() => void) | null): void {
  end?.();
}

function asAuthzError(error: unknown): AuthzError {
  return error instanceof AuthzError
    ? error
    : new AuthzError("switch_failed", "The organization was not switched: see the cause.", {
        cause: withoutTokens(error),
      });
}
