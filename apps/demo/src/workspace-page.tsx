import { usePermissionsSession, useSwitchOrg } from "@kinde-cerbos/react";
import { useKindeAuth } from "@kinde-oss/kinde-auth-react";
import { type ReactNode } from "react";
import { CostStrip } from "./cost-strip.tsx";
import { DocumentTable } from "./document-table.tsx";
import { DocumentsNotice } from "./documents-notice.tsx";
import { OrgSwitcher } from "./org-switcher.tsx";
import { type PageMeter } from "./page-meter.ts";
import { PdpNotice } from "./pdp-notice.tsx";
import { SessionNotice } from "./session-notice.tsx";
import { SwitchNotice } from "./switch-notice.tsx";
import { useDocuments } from "./use-documents.ts";
import { WhoAmI } from "./who-am-i.tsx";

/** The documents of the organization one is in. */
export function WorkspacePage({ meter }: { readonly meter: PageMeter }): ReactNode {
  const { logout } = useKindeAuth();
  const { error, ...switching } = useSwitchOrg();
  const { orgCode } = usePermissionsSession();
  const documents = useDocuments();
  return (
    <>
      <header className="bar">
        <h1 className="brand">Documents</h1>
        <OrgSwitcher {...switching} onSwitched={() => meter.startPage()} />
        <button type="button" onClick={() => void logout()}>
          Sign out
        </button>
      </header>
      <SessionNotice />
      <SwitchNotice error={error} />
      <PdpNotice />
      <DocumentsNotice query={documents} />
      <div className="workspace">
        <WhoAmI />
        <main>
          <CostStrip meter={meter} />
          {/* Another organization begins anew: without the filter, and without what the API said in the last one. */}
          <DocumentTable key={orgCode} documents={documents.data ?? []} onPage={() => meter.startPage()} />
        </main>
      </div>
    </>
  );
}
