import { AuthzError } from "@kinde-cerbos/core";

/** For what asks outside of rendering before there is somebody to ask for. */
export function sessionLoading(): AuthzError {
  return new AuthzError(
    "session_loading",
    "Kinde has not said yet who the user is. Wait until usePermissionsSession().status is another than loading.",
  );
}
