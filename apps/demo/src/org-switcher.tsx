import { usePermissionsSession } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";

import kinde from "../kinde.json" with { type: "json" };
import { useMyOrganizations } from "./use-my-organizations.ts";

/** Chooses the organization. Kinde's own switchOrg loads the page anew, with a token of the other one. */
export function OrgSwitcher(): ReactNode {
  const { orgCode } = usePermissionsSession();
  const { switchOrg } = useKindeAuth();
  const mine = useMyOrganizations();
  // A real app would not list these. Here they show what becomes of trying.
  const others = kinde.organizations.filter(({ code }) => !mine.some(({ id }) => id === code));
  const change = (code: string): void => {
    if (isOrgCode(code)) void switchOrg(code);
  };
  return (
    <label className="org-switcher">
      <span>Organization</span>
      <select value={orgCode ?? ""} onChange={(event) => change(event.target.value)}>
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
    </label>
  );
}

function isOrgCode(code: string): code is `org_${string}` {
  return code.startsWith("org_");
}
