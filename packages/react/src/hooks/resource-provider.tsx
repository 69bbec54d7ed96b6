"use client";

import { AuthzError, type Kind, prepareCheck, type Resource } from "@kinde-cerbos/core";
import { createContext, type ReactNode, useContext, useMemo } from "react";

/** The resource in an object of its own, because one that is not loaded may be any value, `null` too. */
const ResourceContext = createContext<{ readonly resource: Resource | string } | null>(null);

/** Props of {@link ResourceProvider}. */
export interface ResourceProviderProps<K extends Kind = Kind> {
  /** The resource. It may be written inline: nothing below renders as long as it is equal. */
  readonly resource: Resource<K> | K;
  /** The components that use the resource. */
  readonly children: ReactNode;
}

/** Provides the resource for `<Can>` and the hooks below it that name none. */
export function ResourceProvider<K extends Kind>({ resource, children }: ResourceProviderProps<K>): ReactNode {
  const identity = identityOf(resource);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- an equal resource is the same one
  const stable = useMemo(() => ({ resource }), [identity]);
  return <ResourceContext.Provider value={stable}>{children}</ResourceContext.Provider>;
}

function identityOf(resource: Resource | string): unknown {
  try {
    return prepareCheck({ action: "any", resource }).resourceKey;
  } catch {
    // A check of it gets the error.
    return resource;
  }
}

/** The resource of a check, which {@link ResourceProvider} may provide instead. */
export interface OnResource<K extends Kind = Kind> {
  /**
   * The resource; for one that does not exist yet, its kind, such as `"document"`. Default: that of the nearest
   * `ResourceProvider`.
   */
  readonly resource?: Resource<K> | K;
}

/**
 * The resource in the options, otherwise the provider's. A `resource` that is `undefined` has not loaded, and the
 * provider's must not replace it.
 *
 * @throws AuthzError `no_provider`
 */
export function useResource(options: OnResource, hook: string): Resource | string {
  const provided = useContext(ResourceContext);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what untyped callers pass is checked with the check
  if (Object.hasOwn(options, "resource")) return options.resource as Resource | string;
  if (provided !== null) return provided.resource;
  throw new AuthzError(
    "no_provider",
    `${hook} has no resource. Give it one, or put <ResourceProvider resource={…}> around it.`,
  );
}
