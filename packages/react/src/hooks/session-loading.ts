import { AuthzError } from "@kinde-cerbos/core";

/** The error for a check outside of rendering before there is a session. */
export function sessionLoading(): AuthzError {
  return new AuthzError(
    "session_loading",
    "There is no session: the user is not known yet, the organization is being " +
      "switched, or the token cannot be used. " +
      "See usePermissionsSession().status, and useSwitchOrg().isSwitching for a switch.",
  );
}
