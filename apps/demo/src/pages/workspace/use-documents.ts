import { useAuthorizer, usePermissionsSession } from "@kinde-cerbos/react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type StoredDocument } from "../../../data/document.ts";
import { listDocuments } from "./documents-api.ts";

const ASK_AGAIN_MS = 3000;

/** The documents of the organization one is in, as the API lists them. One that cannot list them is asked again. */
export function useDocuments(): UseQueryResult<readonly StoredDocument[]> {
  const { id } = usePermissionsSession();
  // It has the token of this very session; Kinde's own may be the next one's already.
  const authorizer = useAuthorizer();
  return useQuery({
    // What one session may view is not shown to another.
    queryKey: ["documents", id],
    queryFn: ({ signal }) => listDocuments(authorizer?.session.token ?? null, signal),
    enabled: authorizer !== null,
    gcTime: 0,
    retry: false,
    refetchInterval: ({ state }) => (state.status === "error" ? ASK_AGAIN_MS : false),
  });
}
