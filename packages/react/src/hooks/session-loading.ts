import { AuthzError } from "@kinde-cerbos/core";

/** For what asks outside of rendering before there is somebody to ask for. */
export function sessionLoading(): AuthzError {
  return new AuthzError(
    "session_loading",
    "There is no session to ask for: Kinde has not said yet who the user is, the organization is being " +
      "switched, or the token cannot be used. " +
      "usePermissionsSession().status says which, and useSwitchOrg().isSwitching tells of a switch.",
  );
}
