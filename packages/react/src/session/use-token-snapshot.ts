"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { isFields, withoutTokens } from "@kinde-cerbos/core/internal";
import { useCallback, useState, useSyncExternalStore } from "react";
import { type TokenSnapshot, type TokenSource } from "../sources/token-source.ts";

/**
 * Returns a snapshot of a source. React keeps it in state, so it is a closure: no property leads to the token, enumerable
 * or not, and neither DevTools nor what reports errors together with React's state finds it. Never keep its result.
 */
export type SnapshotHandle = () => TokenSnapshot;

const LOADING: SnapshotHandle = () => ({ status: "loading" });

/** Reads a source's snapshot in render. Returns the same handle as long as the snapshot is equal. */
export function useTokenSnapshot(source: TokenSource): SnapshotHandle {
  const [handleOf] = useState(createSnapshotHandles);
  const [ofServer] = useState(createSnapshotHandles);
  const subscribe = useCallback(
    (notify: () => void) => {
      const end: unknown = source.subscribe(notify);
      return () => {
        if (typeof end === "function") end();
      };
    },
    [source],
  );
  return useSyncExternalStore(
    subscribe,
    () => handleOf(() => source.getSnapshot()),
    () => ofServer(() => source.getServerSnapshot?.() ?? { status: "loading" }),
  );
}

function createSnapshotHandles(): (getSnapshot: () => TokenSnapshot) => SnapshotHandle {
  let newest = LOADING;
  // As text, because a source may change an object that it returned.
  let newestText = "";
  return (getSnapshot) => {
    const [snapshot, text] = read(getSnapshot);
    if (text !== newestText) [newest, newestText] = [() => snapshot, text];
    return newest;
  };
}

/** A snapshot, and a text that is equal for equal ones. An error is compared by what it says. */
function read(getSnapshot: () => TokenSnapshot): [snapshot: TokenSnapshot, text: string] {
  try {
    const snapshot = getSnapshot();
    if (!isFields(snapshot)) throw new TypeError("It returned no snapshot.");
    return [snapshot, JSON.stringify(snapshot.status === "error" ? String(snapshot.error) : snapshot)];
  } catch (thrown) {
    const error = new AuthzError("source_failed", "getSnapshot of the token source failed: see the cause.", {
      cause: withoutTokens(thrown),
    });
    return [{ status: "error", error }, String(thrown)];
  }
}
