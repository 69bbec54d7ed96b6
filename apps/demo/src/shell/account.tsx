import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";

/** The signed-in user, and a button to sign out. */
export function Account(): ReactNode {
  const { user, logout } = useKindeAuth();
  return (
    <div className="account">
      <p>
        <strong>
          {user?.givenName} {user?.familyName}
        </strong>
        <span className="hint">{user?.email}</span>
      </p>
      <button type="button" onClick={() => void logout()}>
        Sign out
      </button>
    </div>
  );
}
