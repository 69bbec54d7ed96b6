"use client";

import { useCallback, useState, useSyncExternalStore } from "react";
import { SourceContext, useProvided } from "../session/permissions-context.ts";
import { type Organization } from "../sources/token-source.ts";
import { isEqualJson } from "./use-stable-value.ts";

const NONE: readonly Organization[] = [];

/**
 * Returns the user's organizations, as the token source knows them: Kinde's React SDK has them in the id token. For the
 * screen only; Kinde decides who may switch where. Empty if the source does not know them.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useOrganizations(): readonly Organization[] {
  const source = useProvided(SourceContext, "useOrganizations");
  const subscribe = useCallback((notify: () => void) => source.subscribe(notify), [source]);
  const [same] = useState(createSame);
  return useSyncExternalStore(
    subscribe,
    () => same(source.organizations?.() ?? NONE),
    () => NONE,
  );
}

/** Returns the former list if the new one is equal: a source may create a new one each time. */
function createSame(): (list: readonly Organization[]) => readonly Organization[] {
  let newest = NONE;
  return (list) => (newest = isEqualJson(newest, list) ? newest : list);
}
