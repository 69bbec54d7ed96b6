import { type AuthzError } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { detailsOf, plainText } from "../ui/error-text.ts";
import { Notice } from "../ui/notice.tsx";

/** Says why the organization did not change. */
export function SwitchNotice({ error }: { readonly error: AuthzError | null }): ReactNode {
  if (!error) return null;
  return (
    <Notice key={error.message} title="You are still in the same organization" details={detailsOf(error)}>
      {plainText(error)}
    </Notice>
  );
}
