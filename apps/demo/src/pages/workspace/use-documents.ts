import { useAuthorizer, usePermissionsSession } from "@kinde-cerbos/react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type StoredDocument } from "../../../data/document.ts";
import { listDocuments } from "./documents-api.ts";

const ASK_AGAIN_MS = 3000;

/** The documents of the user's organization, as the API lists them. A failed request is repeated. */
export function useDocuments(): UseQueryResult<readonly StoredDocument[]> {
  const { id } = usePermissionsSession();
  // The authorizer has the token of this session. Kinde's SDK may already have that of the next one.
  const authorizer = useAuthorizer();
  return useQuery({
    // Documents of one session are not shown to another.
    queryKey: ["documents", id],
    queryFn: ({ signal }) => listDocuments(authorizer?.session.token ?? null, signal),
    enabled: authorizer !== null,
    gcTime: 0,
    retry: false,
    refetchInterval: ({ state }) => (state.status === "error" ? ASK_AGAIN_MS : false),
  });
}
