import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { detailsOf, plainText } from "../ui/error-text.ts";
import { Notice } from "../ui/notice.tsx";
import { useSignIn } from "./sign-in.ts";

/** Says why nobody can be asked for: an expired token, or one that cannot be used. */
export function SessionNotice(): ReactNode {
  const { error } = usePermissionsSession();
  const signIn = useSignIn();
  if (!error) return null;
  return (
    <Notice
      title="Nothing is allowed for now"
      action={{ label: "Sign in again", run: signIn }}
      details={detailsOf(error)}
    >
      {plainText(error)}
    </Notice>
  );
}
