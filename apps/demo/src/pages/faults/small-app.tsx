import { useCanActions } from "@kinde-cerbos/react";
import { type ReactNode } from "react";
import { ACTIONS, documentResource, type StoredDocument } from "../../../data/document.ts";
import { PdpNotice } from "../../pdp/pdp-notice.tsx";
import { SessionNotice } from "../../session/session-notice.tsx";

/** An app of a few documents, and what may be done with each: what a user sees of a fault. */
export function SmallApp({ documents }: { readonly documents: readonly StoredDocument[] }): ReactNode {
  return (
    <>
      <SessionNotice />
      <PdpNotice />
      <ul className="small-app">
        {documents.map((document) => (
          <DocumentItem key={document.id} document={document} />
        ))}
      </ul>
    </>
  );
}

const WORDS = { pending: "Waiting for Cerbos", error: "Unknown, so not allowed", denied: "Not allowed" };

function DocumentItem({ document }: { readonly document: StoredDocument }): ReactNode {
  const { allowed, isPending, error } = useCanActions({ actions: ACTIONS, resource: documentResource(document) });
  const offered = ACTIONS.filter((action) => allowed[action]);
  const state = offered.length > 0 ? "allowed" : isPending ? "pending" : error ? "error" : "denied";
  return (
    <li data-answer={state}>
      <span>{document.title}</span>
      {state === "allowed" ? (
        <ul className="tags" aria-label={`Allowed: ${document.title}`}>
          {offered.map((action) => (
            <li key={action}>{action}</li>
          ))}
        </ul>
      ) : (
        <span className="hint">{WORDS[state]}</span>
      )}
    </li>
  );
}
