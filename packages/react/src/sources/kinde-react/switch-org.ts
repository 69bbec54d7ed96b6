import { AuthzError } from "@kinde-cerbos/core";
import { type SwitchOrgRequest } from "../token-source.ts";
import { whereToReturn } from "./return-from-kinde.ts";
import { switchOrgSilently } from "./switch-org-silently.ts";

export { switchFailure } from "./return-from-kinde.ts";

/** Kinde's own sign-in, by redirect. */
export type KindeLogin = (options: { orgCode: string; state: { [name: string]: string } }) => Promise<unknown>;

/** The errors that a redirect can fix. */
const MENDABLE = new Set(["switch_login_required", "switch_blocked", "switch_timeout"]);

/** Settles when no switch is under way. */
let tail: Promise<unknown> | null = null;

/**
 * Switches the organization in a hidden frame, or by a redirect if Kinde does not answer there. After a redirect it
 * does not settle, because the browser leaves the page.
 *
 * @param signal - Aborted by a later switch, with the error to throw
 * @throws AuthzError as {@link switchOrgSilently}; `aborted` if a later switch replaces this one
 */
export async function switchOrg(
  login: KindeLogin,
  orgCode: string,
  { redirect = true, onStart, ...options }: SwitchOrgRequest,
  signal: AbortSignal,
): Promise<void> {
  const attempt = async (): Promise<void> => {
    try {
      await switchOrgSilently(orgCode, options, signal, onStart);
    } catch (thrown) {
      signal.throwIfAborted();
      if (redirect && thrown instanceof AuthzError && MENDABLE.has(thrown.code)) {
        // One that cannot be begun leaves the failure as it is.
        await redirectTo(login, orgCode, options.timeoutMs, signal).catch(() => {});
        signal.throwIfAborted();
      }
      throw thrown;
    }
  };
  // One at a time: two exchanges of a code would leave the session of whichever ended last.
  const mine = tail ? tail.then(attempt) : attempt();
  tail = mine.catch(() => {});
  await mine;
}

/** Leaves the page. Resolves if it is not left after all: the network is slow, or the user has stopped it. */
async function redirectTo(login: KindeLogin, orgCode: string, stayMs = 5000, signal: AbortSignal): Promise<void> {
  await login({ orgCode, state: { ...whereToReturn(orgCode) } });
  await new Promise<void>((resolve) => {
    setTimeout(resolve, stayMs);
    signal.addEventListener("abort", () => resolve());
  });
}
