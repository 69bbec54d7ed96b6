"use client";

import { Can, useCan } from "@kinde-cerbos/react/source";
import Link from "next/link";
import { type Document, resourceOf } from "../../lib/document.ts";
import { ActionButton } from "./action-button.tsx";
import { deleteDocument, publishDocument } from "./actions.ts";

/** A document with what its user may do. What is hidden here is not protected: each action decides again. */
export function DocumentRow({ document }: { readonly document: Document }) {
  const resource = resourceOf(document);
  const edit = useCan({ action: "edit", resource });
  return (
    <li>
      <Can action="view" resource={resource} fallback={document.title}>
        <Link href={`/documents/${document.id}`}>{document.title}</Link>
      </Can>
      <span>{document.state}</span>
      <ActionButton action={publishDocument} id={document.id} disabled={!edit.allowed}>
        Publish
      </ActionButton>
      <Can action="delete" resource={resource}>
        <ActionButton action={deleteDocument} id={document.id}>
          Delete
        </ActionButton>
      </Can>
    </li>
  );
}
