"use client";

import { type AuthzError } from "@kinde-cerbos/core";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useOrganizations } from "../hooks/use-organizations.ts";
import { usePermissionsSession } from "../hooks/use-permissions-session.ts";
import { useSwitchOrg } from "../hooks/use-switch-org.ts";
import { type SwitchOrgOptions } from "../sources/token-source.ts";

/** Props of {@link SwitchOrg}. */
export interface SwitchOrgProps extends SwitchOrgOptions {
  /** The visible label of the select. Default: `Organization`. */
  readonly label?: ReactNode;
  /** The text of the button. Default: `Switch`. */
  readonly button?: ReactNode;
  /** Renders the error of a failed switch. Default: its message, as an alert. */
  readonly renderError?: (error: AuthzError) => ReactNode;
  /** The class of the form. */
  readonly className?: string;
}

/**
 * A form that switches the organization: a label, a select with the organizations' names, and a button. It has no
 * styles, and renders nothing if the user has fewer than two organizations.
 *
 * The button starts the switch, not the select: keyboard users pass other options on the way to theirs.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function SwitchOrg({
  label = "Organization",
  button = "Switch",
  renderError = alertOf,
  className,
  ...options
}: SwitchOrgProps): ReactNode {
  const { orgCode } = usePermissionsSession();
  const organizations = useOrganizations();
  const { switchOrg, isSwitching, error } = useSwitchOrg(options);
  const [chosen, setChosen] = useState<string | null>(null);
  const id = useId();
  if (orgCode === null || organizations.length < 2) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen === null || chosen === orgCode) return;
    // Afterwards, in any case, the select shows the organization of the session.
    void switchOrg(chosen).then(() => setChosen(null));
  };
  return (
    <form className={className} onSubmit={submit} aria-busy={isSwitching}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={chosen ?? orgCode} onChange={({ target }) => setChosen(target.value)}>
        {organizations.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      {/* Not `disabled`, which would take the focus from where the user is. */}
      <button type="submit" aria-disabled={isSwitching || chosen === null || chosen === orgCode}>
        {button}
      </button>
      {error && renderError(error)}
    </form>
  );
}

function alertOf({ message }: AuthzError): ReactNode {
  return <p role="alert">{message}</p>;
}
