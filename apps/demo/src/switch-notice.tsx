import { type AuthzError } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { Notice } from "./notice.tsx";

/** Says why the organization is still the one of before. */
export function SwitchNotice({ error }: { readonly error: AuthzError | null }): ReactNode {
  if (!error) return null;
  return (
    <Notice key={error.message} title="The organization was not switched">
      {error.message} <code>{error.code}</code>
    </Notice>
  );
}
