import { invalidateDecisions, useAuthorizer } from "@kinde-cerbos/react";
import { useMutation, type UseMutationResult, useQueryClient } from "@tanstack/react-query";
import { type DocumentAction, type StoredDocument } from "../../../data/document.ts";
import { actOnDocument, type Outcome } from "./documents-api.ts";

/** An action on a document. */
export interface ActionRequest {
  readonly action: DocumentAction;
  readonly document: StoredDocument;
  /** The new title, for `edit`. */
  readonly title?: string;
}

/** Requests an action from the API, and then updates the document on the page. */
export function useDocumentAction(): UseMutationResult<Outcome, Error, ActionRequest> {
  const queryClient = useQueryClient();
  const authorizer = useAuthorizer();
  return useMutation({
    mutationFn: ({ action, document, title }: ActionRequest) =>
      actOnDocument(authorizer?.session.token ?? null, action, document.id, title),
    onSuccess: async ({ isDone }, { action, document }) => {
      // A document that has changed has other attributes, and these are other checks: nothing has to be outdated. But
      // an API that refuses may know better than the page.
      if (!isDone) await invalidateDecisions(queryClient, { kind: "document", id: document.id });
      if (action !== "view") await queryClient.invalidateQueries({ queryKey: ["documents"] });
    },
  });
}
