import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";

/** For whoever is not signed in. */
export function SignInPage(): ReactNode {
  const { login } = useKindeAuth();
  return (
    <main className="sign-in">
      <h1>Documents</h1>
      <p>
        Three organizations, five people, sixty documents each. Kinde says who you are; Cerbos says what you may do with
        each document.
      </p>
      <button type="button" className="primary" onClick={() => void login()}>
        Sign in
      </button>
      <p className="hint">The issuer on this machine asks for no password: you choose who to be.</p>
    </main>
  );
}
