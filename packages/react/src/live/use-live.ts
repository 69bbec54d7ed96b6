"use client";

import { type Session, type SessionSource } from "@kinde-cerbos/core";
import { useEffect, useRef } from "react";
import { type TokenSource } from "../sources/token-source.ts";
import { type LiveUser } from "./live-user.ts";
import { type LiveMemory, type LiveOptions } from "./start-live.ts";

/** Options for {@link useLive}. */
interface UseLiveOptions extends Pick<LiveOptions, "queryClient" | "pdpName"> {
  /** Address of the gateway; `null` if the page does not follow it. */
  readonly address: string | null;
  /** `null` while nobody is signed in. */
  readonly user: LiveUser | null;
  readonly session: Session | null;
  readonly newestSource: () => TokenSource;
  readonly sessionSource: SessionSource;
  /** `null` in production: nobody is told why there are no events. */
  readonly development: object | null;
}

/** A page without `live` loads none of it. */
export const loadLive = async () => import("./start-live.ts");

/** Follows the events of a gateway, as long as a user is signed in and the browser can. */
export function useLive({
  address,
  user,
  session,
  queryClient,
  pdpName,
  newestSource,
  sessionSource,
  development,
}: UseLiveOptions): void {
  const isDevelopment = development !== null;
  const newest = useRef(session);
  const memory = useRef<LiveMemory | null>(null);
  useEffect(() => {
    newest.current = session;
  }, [session]);
  useEffect(() => {
    // React Native has no document, and its fetch no streams.
    if (address === null || user === null || typeof document === "undefined" || typeof ReadableStream === "undefined") {
      return;
    }
    const end = new AbortController();
    const start = async (): Promise<void> => {
      const { startLive } = await loadLive();
      if (end.signal.aborted) return;
      await startLive({
        address: new URL(address, window.location.href).href.replace(/\/$/, ""),
        user,
        memory,
        queryClient,
        pdpName,
        source: newestSource,
        session: () => newest.current,
        isCurrent: (of) => sessionSource.isCurrent?.(of) ?? true,
        isDevelopment,
        signal: end.signal,
      });
    };
    // If it cannot be loaded, the page works as without `live`.
    void start().catch(() => {});
    return () => end.abort();
  }, [address, user, queryClient, pdpName, newestSource, sessionSource, isDevelopment]);
}
