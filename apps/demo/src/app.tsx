import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { Notice } from "./notice.tsx";
import { type PageMeter } from "./page-meter.ts";
import { type SignInError } from "./sign-in-error.ts";
import { SignInPage } from "./sign-in-page.tsx";
import { WorkspacePage } from "./workspace-page.tsx";

interface AppProps {
  readonly meter: PageMeter;
  readonly signInError: SignInError | null;
}

/** Nobody signed in sees the sign-in page, everybody else the workspace. */
export function App({ meter, signInError }: AppProps): ReactNode {
  const { status } = usePermissionsSession();
  return (
    <>
      {signInError && <SignInNotice error={signInError} />}
      {status === "loading" && <p className="waiting">Asking Kinde who you are…</p>}
      {status === "signed_out" && <SignInPage />}
      {(status === "authenticated" || status === "expired" || status === "error") && <WorkspacePage meter={meter} />}
    </>
  );
}

function SignInNotice({ error: { code, description } }: { readonly error: SignInError }): ReactNode {
  return (
    <Notice title="Kinde refused, and nothing has changed">
      {description || "It gave no reason."} <code>{code}</code>
    </Notice>
  );
}
