"use client";

import { Can, useCan } from "@kinde-cerbos/next/client";
import { type Document, resourceOf } from "../../lib/document.ts";
import { ActionButton } from "./action-button.tsx";
import { deleteDocument, publishDocument } from "./actions.ts";

/**
 * Buttons for the actions that the user may perform. Hiding a button protects nothing: each server action decides
 * again.
 */
export function Toolbar({ document }: { readonly document: Document }) {
  const resource = resourceOf(document);
  const edit = useCan({ action: "edit", resource });
  return (
    <div>
      <ActionButton action={publishDocument} id={document.id} disabled={!edit.allowed}>
        Publish
      </ActionButton>
      <Can action="delete" resource={resource}>
        <ActionButton action={deleteDocument} id={document.id}>
          Delete
        </ActionButton>
      </Can>
    </div>
  );
}
