import { usePermissionsSession } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { CostStrip } from "./cost-strip.tsx";
import { DocumentTable } from "./document-table.tsx";
import { DocumentsNotice } from "./documents-notice.tsx";
import { useDocuments } from "./use-documents.ts";
import { WhoAmI } from "./who-am-i.tsx";
import "./workspace.css";

/** The documents of the organization one is in. */
export function Page(): ReactNode {
  const { orgCode } = usePermissionsSession();
  const documents = useDocuments();
  return (
    <>
      <DocumentsNotice query={documents} />
      <WhoAmI />
      <CostStrip />
      {/* Another organization begins anew: without what the API said in the last one. */}
      <DocumentTable key={orgCode} documents={documents.data ?? []} />
    </>
  );
}
