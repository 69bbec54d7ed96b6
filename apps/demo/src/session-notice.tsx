import { usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";
import { Notice } from "./notice.tsx";

/** Says why nobody can be asked for: an expired token, or one that cannot be used. */
export function SessionNotice(): ReactNode {
  const { error } = usePermissionsSession();
  const { login } = useKindeAuth();
  if (!error) return null;
  return (
    <Notice title="Nothing is allowed for now" action={{ label: "Sign in again", run: () => void login() }}>
      {error.message} <code>{error.code}</code>
    </Notice>
  );
}
