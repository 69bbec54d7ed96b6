import { AuthzError, type AuthzErrorCode } from "@kinde-cerbos/core";

/** Texts for users: what happened, and what to do. Only for errors that a user can meet. */
const TEXTS: { readonly [code in AuthzErrorCode]?: string } = {
  clock_skew: "The clock of your device is wrong. Set it to the right time, then sign in again.",
  enrich_failed: "Your plan could not be loaded from Kinde. Reload the page in a moment.",
  insecure_context: "This page works only on localhost or over HTTPS.",
  offline: "Kinde cannot be reached. Check your network, and try again.",
  pdp_unavailable: "Cerbos is unreachable. The page retries every few seconds.",
  session_expired: "Your session has ended. Sign in again to continue.",
  silent_page_missing: "This app is not set up to switch without a redirect.",
  switch_blocked: "Kinde did not allow the switch. Try again, or sign in again.",
  switch_login_required: "Kinde requires you to sign in again before you switch.",
  switch_not_member: "You are not a member of the organization that you chose.",
  switch_timeout: "Kinde did not answer in time. Try again.",
  timeout: "Cerbos did not answer in time. The page retries every few seconds.",
  token_refused: "Your session was not accepted. Sign in again to continue.",
};

/** An error in words for a user. Details for developers are in the error itself. */
export function plainText(error: Error): string {
  const text = error instanceof AuthzError ? TEXTS[error.code] : undefined;
  return text ?? "Something went wrong. Try again, or reload the page.";
}

/** Details of an error for developers: its code and message. */
export function detailsOf(error: Error): string {
  return error instanceof AuthzError ? `${error.code}: ${error.message}` : error.message;
}
