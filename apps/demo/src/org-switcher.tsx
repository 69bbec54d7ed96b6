import { type SwitchOrgResult, usePermissionsSession } from "@kinde-cerbos/react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useMyOrganizations } from "./use-my-organizations.ts";

interface OrgSwitcherProps extends Omit<SwitchOrgResult, "error"> {
  /** Called when the session is the new organization's, and nothing has been asked for it. */
  readonly onSwitched: () => void;
}

/**
 * Chooses the organization. Choosing is not enough to switch: by keyboard, one passes the organizations in between.
 * `SwitchOrg` of @kinde-cerbos/react is the same without the organizations that one is not a member of.
 */
export function OrgSwitcher({ switchOrg, isSwitching, onSwitched }: OrgSwitcherProps): ReactNode {
  const { orgCode } = usePermissionsSession();
  const mine = useMyOrganizations();
  const [chosen, setChosen] = useState<string | null>(null);
  // A real app would not list these. Here they show what becomes of trying.
  const others = ORGANIZATIONS.filter(({ code }) => !mine.some(({ id }) => id === code));
  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (chosen === null) return;
    if (await switchOrg(chosen)) onSwitched();
    setChosen(null);
  };
  return (
    <form className="org-switcher" onSubmit={(event) => void change(event)}>
      <label htmlFor="organization">Organization</label>
      <select id="organization" value={chosen ?? orgCode ?? ""} onChange={(event) => setChosen(event.target.value)}>
        {mine.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        {others.length > 0 && (
          <optgroup label="Not a member">
            {others.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      <button type="submit" disabled={isSwitching || chosen === null || chosen === orgCode}>
        {isSwitching ? "Switching…" : "Switch"}
      </button>
    </form>
  );
}
