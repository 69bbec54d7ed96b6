import { AuthzError, type AuthzErrorCode } from "@kinde-cerbos/core";

/** What has happened, and what the user can do, for the errors that a user can meet. */
const TEXTS: { readonly [code in AuthzErrorCode]?: string } = {
  clock_skew: "The clock of your device is wrong. Set it to the right time, then sign in again.",
  enrich_failed: "What your plan includes could not be read from Kinde. Load the page again in a moment.",
  insecure_context: "This page works on localhost and over HTTPS only.",
  offline: "Kinde cannot be reached. Check your network, and try again.",
  pdp_unavailable: "Cerbos is unreachable. It is called again every few seconds.",
  session_expired: "Your session has ended. Sign in again to go on.",
  silent_page_missing: "This app is not set up for a switch without a redirect.",
  switch_blocked: "Kinde did not let the page switch. Try again, or sign in again.",
  switch_login_required: "Kinde wants you to sign in again before you switch.",
  switch_not_member: "You are not a member of the organization that you chose.",
  switch_timeout: "Kinde did not answer in time. Try again.",
  timeout: "Cerbos did not answer in time. It is called again every few seconds.",
  token_refused: "Your session was not accepted. Sign in again to go on.",
};

/** An error in words for a user. What a developer wants to know is in the error itself. */
export function plainText(error: Error): string {
  const text = error instanceof AuthzError ? TEXTS[error.code] : undefined;
  return text ?? "Something went wrong. Try again, or load the page again.";
}

/** What a developer wants to know of an error: its code, and its own words. */
export function detailsOf(error: Error): string {
  return error instanceof AuthzError ? `${error.code}: ${error.message}` : error.message;
}
