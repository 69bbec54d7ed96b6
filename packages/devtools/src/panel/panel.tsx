import { type ReactNode, useEffect, useState } from "react";
import { BatchesTab } from "../batches/batches-tab.tsx";
import { DecisionsTab } from "../decisions/decisions-tab.tsx";
import { PlansTab } from "../plans/plans-tab.tsx";
import { type Recorder } from "../record/recorder.ts";
import { SessionTab } from "../session/session-tab.tsx";
import { showBanner } from "../what-if/banner.tsx";
import { WhatIfTab } from "../what-if/what-if-tab.tsx";
import { type TabProps } from "./tab.ts";
import { Tabs } from "./tabs.tsx";
import { type Theme } from "./theme.ts";
import { useProviders } from "./use-providers.ts";

interface PanelProps {
  readonly recorder: Recorder;
  /** Shown at the end of the header. */
  readonly buttons?: ReactNode;
  readonly theme?: Theme | undefined;
}

/** The panel's header and tabs, for one provider of the page. If there are several, the user selects one. */
export function Panel({ recorder, buttons, theme }: PanelProps): ReactNode {
  useEffect(() => showBanner(theme), [theme]);
  const providers = useProviders();
  const [chosen, setChosen] = useState<number | null>(null);
  const [tab, setTab] = useState("Decisions");
  const [selected, select] = useState<string | null>(null);
  const provider = providers.find(({ id }) => id === chosen) ?? providers[0];
  return (
    <section className="panel" aria-label="kinde-cerbos devtools" style={theme && { colorScheme: theme }}>
      <header>
        <strong>kinde-cerbos</strong>
        {providers.length > 1 && (
          <label>
            Provider{" "}
            <select value={provider?.id} onChange={({ target }) => setChosen(Number(target.value))}>
              {providers.map(({ id, session, pdpName }) => (
                <option key={id} value={id}>
                  {id}: {session.principal?.id ?? session.status} at {pdpName}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="buttons">{buttons}</span>
      </header>
      {provider ? (
        <Tabs tabs={tabsOf({ provider, recorder, selected, select })} current={tab} onChange={setTab} />
      ) : (
        <p className="empty">
          No PermissionsProvider was found on this page. Add one, or check that only one copy of @kinde-cerbos/react is
          installed.
        </p>
      )}
    </section>
  );
}

function tabsOf(props: TabProps): { readonly name: string; readonly show: () => ReactNode }[] {
  return [
    { name: "Session", show: () => <SessionTab {...props} /> },
    { name: "Decisions", show: () => <DecisionsTab {...props} /> },
    { name: "Batches", show: () => <BatchesTab {...props} /> },
    { name: "What if", show: () => <WhatIfTab {...props} /> },
    { name: "Plans", show: () => <PlansTab {...props} /> },
  ];
}
