"use client";

import { type SessionSource } from "@kinde-cerbos/core";
import { useInsertionEffect, useMemo, useRef } from "react";
import { loadLive } from "../live/use-live.ts";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { sessionNow } from "./use-token-session.ts";

/** A source that may be another object in each render, for what outlives a render. */
interface NewestSource {
  /** Returns the source of the page that is shown. */
  readonly newestSource: () => TokenSource;
  /** The same, for an authorizer. */
  readonly sessionSource: SessionSource;
}

/** @param isLive - Whether a token that is refused is replaced, as a refresh would give the same one */
export function useNewestSource(source: TokenSource, isLive: boolean): NewestSource {
  const newest = useRef(source);
  // Before any other effect looks at it. Not in render: React may drop a render, and the page stays with the source
  // that it has.
  useInsertionEffect(() => {
    newest.current = source;
  }, [source]);
  return useMemo(() => {
    const newestSource = (): TokenSource => newest.current;
    return {
      newestSource,
      sessionSource: {
        getToken: () => tokenIn(newestSource().getSnapshot()) ?? null,
        refresh: async () => tokenIn(await newestSource().refresh()) ?? null,
        ...(isLive && {
          replace: async () => {
            const live = await loadLive().catch(() => null);
            return tokenIn(await (live ? live.replaceToken(newestSource) : newestSource().refresh())) ?? null;
          },
        }),
        // A newer token comes to an authorizer by a render, together with all else that depends on it.
        subscribe: () => () => {},
        // An unmounted or hidden page does not learn of a new session. Checks that it began must not be sent for that
        // one.
        isCurrent: (session) => sessionNow(session, newestSource()) !== null,
      },
    };
  }, [isLive]);
}
