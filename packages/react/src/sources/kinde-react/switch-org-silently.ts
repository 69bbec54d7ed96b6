import { AuthzError } from "@kinde-cerbos/core";
import { hasCode, requireOption, withTimeout } from "@kinde-cerbos/core/internal";
import { type SilentSwitchOptions } from "../token-source.ts";
import { kindeClient } from "./authorization-request.ts";

/** Kinde's ways to say that it must see the user: a redirect mends them. */
const WANTS_THE_USER = new Set([
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
]);

/**
 * Switches the organization in a hidden frame: page, memory and address stay. When it resolves, Kinde's storage has the
 * token of the new organization; when it rejects, the earlier one.
 *
 * @param signal cancels the switch until Kinde has answered
 * @param onAsked called when the request to Kinde is sent
 * @throws AuthzError `switch_not_member`, `switch_login_required`, `switch_blocked`,
 *   `switch_timeout`, `switch_failed`, `silent_page_missing`, `offline` or `aborted`
 */
export async function switchOrgSilently(
  orgCode: string,
  { silentPage = "/silent.html", timeoutMs = 5000, ...options }: SilentSwitchOptions,
  signal: AbortSignal,
  onAsked: () => void,
): Promise<void> {
  const page = new URL(silentPage, window.location.origin);
  requireOption(page.origin === window.location.origin, `silentPage must be a page of ${window.location.origin}`);
  const client = await kindeClient();
  if (client.orgCode === orgCode) return;
  // Without a network, an issuer on this machine may still answer.
  if (!navigator.onLine && !(await isReachable(client.domain, timeoutMs))) throw offline();
  const request = await client.authorize(orgCode, page.href, options);
  const answering = answerInFrame(request.url, page, timeoutMs, signal);
  onAsked();
  const answer = await answering.catch(async (error: unknown) => {
    // Without a network, a frame fails in the same way, and a redirect would leave the page.
    if (!signal.aborted && !(await isReachable(client.domain, timeoutMs))) throw offline();
    throw error;
  });
  if (answer.get("state") !== request.state) {
    throw new AuthzError("switch_failed", "The silent page received something other than the answer to this switch.");
  }
  const code = answer.get("code");
  if (code === null) throw refusal(orgCode, answer);
  signal.throwIfAborted();
  const reason = await request.exchange(code);
  if (reason !== null) {
    if (!(await isReachable(client.domain, timeoutMs))) throw offline();
    throw new AuthzError("switch_failed", `Kinde refused the code of the switch: ${reason}`);
  }
  const { orgCode: now } = await kindeClient();
  // The state matched, so the only reason left is that Kinde ignored `org_code`.
  if (now !== orgCode) throw refusal(orgCode, new URLSearchParams());
}

/**
 * The query that Kinde comes back to the silent page with. No script runs in the
 * frame, so the app cannot boot in it and spend the code, whatever is served there.
 */
async function answerInFrame(url: string, page: URL, timeoutMs: number, signal: AbortSignal): Promise<URLSearchParams> {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.setAttribute("aria-hidden", "true");
  frame.title = "Switching the organization";
  frame.style.display = "none";
  const load = (): Promise<void> =>
    new Promise((resolve) => {
      frame.addEventListener("load", () => {
        if (hrefOf(frame) !== "about:blank") resolve();
      });
      frame.src = url;
      document.body.append(frame);
    });
  try {
    await withTimeout(load, { signal, timeoutMs });
    return readAnswer(frame, page);
  } catch (error) {
    if (!hasCode(error, "timeout")) throw error;
    throw new AuthzError("switch_timeout", `Kinde did not answer the switch within ${timeoutMs} ms.`);
  } finally {
    frame.remove();
  }
}

/** `null` where the frame shows a page of another origin, or the browser's own page about a ban on frames. */
function hrefOf(frame: HTMLIFrameElement): string | null {
  try {
    return frame.contentWindow?.location.href ?? null;
  } catch {
    return null;
  }
}

function readAnswer(frame: HTMLIFrameElement, page: URL): URLSearchParams {
  const href = hrefOf(frame);
  if (href === null) {
    throw new AuthzError(
      "switch_blocked",
      "Kinde's answer did not reach the silent page: Kinde showed a page, or frames are forbidden. " +
        `Register ${page.href} as a callback URL, and serve it without X-Frame-Options: DENY.`,
    );
  }
  const { searchParams } = new URL(href);
  if (frame.contentDocument?.scripts.length !== 0 || !searchParams.has("state")) {
    throw new AuthzError(
      "silent_page_missing",
      `${page.href} is not a blank page: the server returned a page with a script, or a redirect. ` +
        `Add a static page there, such as public${page.pathname} with <!doctype html><title>Silent</title>.`,
    );
  }
  return searchParams;
}

/** Why Kinde did not switch, from the query it answered with. */
export function refusal(orgCode: string, answer: URLSearchParams): AuthzError {
  const code = answer.get("error");
  if (code === null)
    return new AuthzError("switch_failed", `Kinde was asked to switch to ${orgCode} and returned another session.`);
  const reason = [code, answer.get("error_description")].filter(Boolean).join(": ");
  if (WANTS_THE_USER.has(code)) {
    return new AuthzError(
      "switch_login_required",
      `Kinde requires a sign-in before it switches (${reason}). Sign in again.`,
    );
  }
  return code === "access_denied"
    ? new AuthzError("switch_not_member", `The user is not a member of ${orgCode} (${reason}).`)
    : new AuthzError("switch_failed", `Kinde refused to switch to ${orgCode} (${reason}).`);
}

async function isReachable(domain: string, timeoutMs: number): Promise<boolean> {
  try {
    // Whatever it answers: no-cors rejects only where nothing does.
    await fetch(`${domain}/.well-known/openid-configuration`, {
      mode: "no-cors",
      cache: "no-store",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return true;
  } catch {
    return false;
  }
}

function offline(): AuthzError {
  return new AuthzError(
    "offline",
    "Kinde cannot be reached, so the organization was not switched. Try again when the network is back.",
  );
}
