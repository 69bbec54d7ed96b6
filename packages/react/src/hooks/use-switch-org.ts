"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { AskingContext, useProvided } from "../session/permissions-context.ts";
import { useReturn, whereToReturn } from "../session/return-from-kinde.ts";
import { useKindeLogin } from "../sources/kinde-react/kinde-tokens.ts";
import { type SilentSwitchOptions, switchOrgSilently } from "../sources/kinde-react/switch-org-silently.ts";

/** How to switch. */
export interface SwitchOrgOptions extends SilentSwitchOptions {
  /**
   * What to do where Kinde does not answer without being seen: sign in by a redirect
   * that comes back to this place, or nothing but to say so. Default: true.
   */
  readonly redirect?: boolean | undefined;
}

/** How a switch stands, and how to begin one. */
export interface SwitchOrgResult {
  /**
   * Switches to an organization, by its code. It never rejects.
   *
   * @returns whether the session is that of the organization now. It does not
   *   settle where the page is left for Kinde.
   */
  readonly switchOrg: (orgCode: string) => Promise<boolean>;
  /** While it is true, nothing is allowed: hooks are pending. A switch in another tab makes it true too. */
  readonly isSwitching: boolean;
  /** Why the last switch of this hook failed. The session of before goes on. */
  readonly error: AuthzError | null;
}

/** What a redirect can mend. */
const MENDABLE = new Set(["switch_login_required", "switch_blocked", "switch_timeout"]);

/** The newest switch of the page: the one before gives way to it. */
let newest: AbortController | null = null;
let underWay = 0;
/** Settles when no switch is under way. */
let tail: Promise<unknown> | null = null;

/**
 * Switches the organization without leaving the page: in a frame that nobody
 * sees, and by a redirect where Kinde does not answer there.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useSwitchOrg(options: SwitchOrgOptions = {}): SwitchOrgResult {
  const { isSwitching, beginSwitch } = useProvided(AskingContext, "useSwitchOrg");
  const [error, setError] = useState<AuthzError | null>(null);
  const login = useKindeLogin();
  useReturn(setError);

  const latest = useRef({ options, login });
  useEffect(() => {
    latest.current = { options, login };
  });

  const switchOrg = useCallback(
    async (orgCode: string) => {
      newest?.abort(new AuthzError("aborted", "Another switch has taken the place of this one."));
      newest = new AbortController();
      const { signal } = newest;
      // Kinde is asked first: it takes its time while all becomes pending. Between two switches, all is so already.
      let end = underWay > 0 ? beginSwitch() : null;
      const begin = (): void => {
        setError(null);
        end ??= beginSwitch();
      };
      underWay += 1;
      const attempt = async (): Promise<boolean> => {
        try {
          await switchOrgSilently(orgCode, latest.current.options, signal, begin);
          setError(null);
          return true;
        } catch (thrown) {
          const failure = asAuthzError(thrown);
          if (signal.aborted) return false;
          const {
            options: { redirect = true, timeoutMs = 5000 },
            login: signIn,
          } = latest.current;
          if (redirect && MENDABLE.has(failure.code)) {
            const redirected = async (): Promise<void> => {
              await signIn(orgCode, whereToReturn(orgCode));
              await stayedHere(timeoutMs, signal);
            };
            // One that cannot be begun leaves the failure as it is.
            await redirected().catch(() => {});
          }
          if (!signal.aborted) setError(failure);
          return false;
        }
      };
      // One at a time: two exchanges of a code would leave the session of whichever ended last.
      const mine = tail ? tail.then(attempt) : attempt();
      tail = mine;
      return mine.finally(() => {
        underWay -= 1;
        end?.();
      });
    },
    [beginSwitch],
  );
  return { switchOrg, isSwitching, error };
}

/** Resolves where the page is not left after all: the network is slow, or the user has stopped it. */
function stayedHere(timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeoutMs);
    signal.addEventListener("abort", () => resolve());
  });
}

function asAuthzError(error: unknown): AuthzError {
  return error instanceof AuthzError
    ? error
    : new AuthzError("switch_failed", "The organization was not switched.", { cause: error });
}
