"use client";

import { type SessionSource } from "@kinde-cerbos/core";
import { useMemo, useRef } from "react";
import { type TokenSource } from "../sources/token-source.ts";
import { sessionNow, tokenIn } from "./use-token-session.ts";

/** A source that may be another object in each render, for what outlives a render. */
interface NewestSource {
  /** Returns the source of the newest render. */
  readonly newestSource: () => TokenSource;
  /** The same, for an authorizer. */
  readonly sessionSource: SessionSource;
}

export function useNewestSource(source: TokenSource): NewestSource {
  const newest = useRef(source);
  // Set in render: Kinde's source is another one for each value of Kinde's context, and hooks below look at it in the
  // same render. A render that React drops does no harm, as the token of the moment decides and not the source.
  // oxlint-disable-next-line react/refs -- see above
  newest.current = source;
  return useMemo(() => {
    const newestSource = (): TokenSource => newest.current;
    return {
      newestSource,
      sessionSource: {
        getToken: () => tokenIn(newestSource().getSnapshot()) ?? null,
        refresh: async () => tokenIn(await newestSource().refresh()) ?? null,
        // A newer token comes to an authorizer by a render, together with all else that depends on it.
        subscribe: () => () => {},
        // A page that is unmounted or hidden is not told of another session. What it has begun must not be sent for it.
        isCurrent: (session) => sessionNow(session, newestSource()) !== null,
      },
    };
  }, []);
}
