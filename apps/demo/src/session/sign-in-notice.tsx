import { type ReactNode } from "react";
import { Notice } from "../ui/notice.tsx";
import { type SignInError } from "./sign-in-error.ts";

/** Says what Kinde refused after a redirect. */
export function SignInNotice({ error }: { readonly error: SignInError | null }): ReactNode {
  if (!error) return null;
  return (
    <Notice title="Kinde refused the request. Nothing has changed" details={error.code}>
      {error.description || "No reason was given."}
    </Notice>
  );
}
