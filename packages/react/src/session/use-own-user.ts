"use client";

import { claimsIn } from "@kinde-cerbos/core/internal";
import { useEffect, useRef } from "react";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { inspection, type Simulation } from "./inspection.ts";

/**
 * Ends a provider's simulation when the app's own user changes or signs out. While the simulation has another user, the
 * provider itself watches neither the app's source nor other tabs.
 */
export function useOwnUser(id: number, source: TokenSource, simulation: Simulation | null): void {
  /** The app's own user when the simulation began. */
  const own = useRef<string | null>(null);
  const isSimulated = simulation !== null;
  const isOther = simulation?.source !== undefined;
  useEffect(() => {
    if (!isSimulated) own.current = null;
  }, [isSimulated]);
  useEffect(() => {
    if (!isSimulated) return;
    const look = (): void => {
      const user = userOf(source);
      own.current ??= user ?? null;
      if (user !== undefined && user !== own.current) inspection.simulate(id, null);
    };
    look();
    return source.subscribe(look);
  }, [id, source, isSimulated]);
  useEffect(() => {
    if (!isOther) return;
    return source.tabs?.follow(() => {
      inspection.simulate(id, null);
      return () => {};
    });
  }, [id, source, isOther]);
}

/** `sub` of a source's token; empty for nobody, `undefined` while it is not known. */
function userOf(source: TokenSource): string | undefined {
  try {
    const token = tokenIn(source.getSnapshot());
    return token ? claimsIn(token).sub : token === null ? "" : undefined;
  } catch {
    return undefined;
  }
}
