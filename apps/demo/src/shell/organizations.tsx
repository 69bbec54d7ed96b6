import { type SwitchOrgResult, useOrganizations, usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode, useState } from "react";
import { useMeter } from "../pdp/pdp-way.tsx";

/** The organizations, one press each. Also those that the user is not a member of: see what becomes of trying. */
export function Organizations({ switchOrg, isSwitching }: Omit<SwitchOrgResult, "error">): ReactNode {
  const { orgCode } = usePermissionsSession();
  const meter = useMeter();
  const mine = useOrganizations();
  const [chosen, setChosen] = useState<string | null>(null);
  const others = ORGANIZATIONS.filter(({ code }) => !mine.some((one) => one.code === code));
  const change = async (code: string): Promise<void> => {
    if (isSwitching || code === orgCode) return;
    setChosen(code);
    // The session is the new organization's then, and nothing has been asked for it.
    if (await switchOrg(code)) meter.startPage();
    setChosen(null);
  };
  const item = ({ code, name }: { readonly code: string; readonly name: string }, hint: string): ReactNode => (
    <li key={code}>
      <button
        type="button"
        className="organization"
        aria-pressed={code === orgCode}
        aria-busy={code === chosen}
        onClick={() => void change(code)}
      >
        <span className="initial" aria-hidden="true">
          {name.charAt(0)}
        </span>
        <span>
          {name} <span className="hint">{code === chosen ? "Switching…" : hint}</span>
        </span>
      </button>
    </li>
  );
  return (
    <section className="organizations" aria-label="Organization">
      <h2>Organization</h2>
      <ul>
        {mine.map((one) => item(one, ""))}
        {others.map((one) => item(one, "Not a member"))}
      </ul>
    </section>
  );
}
