import { usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type FormEvent, type ReactNode, useState } from "react";

import kinde from "../kinde.json" with { type: "json" };
import { useMyOrganizations } from "./use-my-organizations.ts";

/**
 * Chooses the organization. Kinde's own switchOrg loads the page anew, with a token of the other one. So choosing
 * is not enough: by keyboard, one passes the organizations in between.
 */
export function OrgSwitcher(): ReactNode {
  const { orgCode } = usePermissionsSession();
  const { switchOrg } = useKindeAuth();
  const mine = useMyOrganizations();
  const [chosen, setChosen] = useState<string | null>(null);
  // A real app would not list these. Here they show what becomes of trying.
  const others = kinde.organizations.filter(({ code }) => !mine.some(({ id }) => id === code));
  const change = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen !== null && isOrgCode(chosen)) void switchOrg(chosen);
  };
  return (
    <form className="org-switcher" onSubmit={change}>
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
      <button type="submit" disabled={chosen === null || chosen === orgCode}>
        Switch
      </button>
    </form>
  );
}

function isOrgCode(code: string): code is `org_${string}` {
  return code.startsWith("org_");
}
