import { useCan, usePermissionsSession } from "@kinde-cerbos/react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { libraryResource } from "../../data/library.ts";

/** The start of the keys of queries that depend on the policies and are no decisions of the page. */
export const POLICIES_KEY = "policies";

/**
 * Requests again what depends on the policies, when the gateway reports that they changed. The library outdates its own
 * decisions then, so one decision is kept on the page, and watched.
 */
export function useFollowPolicies(): void {
  const { orgCode } = usePermissionsSession();
  useCan({ action: "export", resource: libraryResource(orgCode ?? "", 0) });
  const queryClient = useQueryClient();
  useEffect(
    () =>
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type !== "updated" || event.action.type !== "invalidate") return;
        if (event.query.queryKey[0] !== "kinde-cerbos") return;
        void queryClient.invalidateQueries({ queryKey: [POLICIES_KEY] });
      }),
    [queryClient],
  );
}
