"use client";

import { AuthzError, type Kind, prepareCheck, type Resource } from "@kinde-cerbos/core";
import { createContext, type ReactNode, useContext, useMemo } from "react";

/** In an object of its own: one that is not loaded may be anything, `null` too. */
const ResourceContext = createContext<{ readonly resource: Resource | string } | null>(null);

/** A resource for all that asks about it. */
export interface ResourceProviderProps<K extends Kind = Kind> {
  /** May be written inline: as long as it is equal, nothing below renders for it. */
  readonly resource: Resource<K> | K;
  readonly children: ReactNode;
}

/** Gives `<Can>` and the hooks below it their resource, where they name none themselves. */
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
    // Whoever asks about it is told what is wrong with it.
    return resource;
  }
}

/** The resource to ask about, where a hook may leave it to {@link ResourceProvider}. */
export interface OnResource<K extends Kind = Kind> {
  /** `"document"` is short for one that does not exist yet. Default: that of the nearest `ResourceProvider`. */
  readonly resource?: Resource<K> | K;
}

/**
 * The resource that options name, or the provider's where they do not name one.
 * One that is there but undefined is named: it is not loaded, and another must not take its place.
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
