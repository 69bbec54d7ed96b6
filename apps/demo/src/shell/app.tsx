import { PermissionsDevtools } from "@kinde-cerbos/devtools";
import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { type SignInError } from "../session/sign-in-error.ts";
import { SignInNotice } from "../session/sign-in-notice.tsx";
import { useReturnAfterSignIn } from "../session/sign-in.ts";
import { Shell } from "./shell.tsx";
import { SignedOut } from "./signed-out.tsx";
import { useTheme } from "./theme.ts";

/** Nobody signed in sees the landing page and what is public, everybody else the pages. */
export function App({ signInError }: { readonly signInError: SignInError | null }): ReactNode {
  const { status } = usePermissionsSession();
  const [theme, setTheme] = useTheme();
  useReturnAfterSignIn();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      {status === "loading" && <p className="waiting">Signing you in…</p>}
      {status === "signed_out" && (
        <SignedOut theme={theme} onTheme={setTheme} notice={<SignInNotice error={signInError} />} />
      )}
      {(status === "authenticated" || status === "expired" || status === "error") && (
        <Shell theme={theme} onTheme={setTheme} notice={<SignInNotice error={signInError} />} />
      )}
      {/* F8 opens it. A build for production has nothing of it. */}
      <PermissionsDevtools {...(theme !== "system" && { theme })} />
    </>
  );
}
