/** Kinde's error, from the address to which it sends the browser back. */
export interface SignInError {
  readonly code: string;
  readonly description: string;
}

/** Takes Kinde's error out of the address, so that a reload does not show it again; `null` if there is none. */
export function takeSignInError(): SignInError | null {
  const url = new URL(window.location.href);
  const code = url.searchParams.get("error");
  // Kinde's SDK follows this one up by itself.
  if (code === null || code === "login_link_expired") return null;
  const description = url.searchParams.get("error_description") ?? "";
  for (const name of ["error", "error_description", "state", "iss"]) url.searchParams.delete(name);
  window.history.replaceState(null, "", url);
  return { code, description };
}
