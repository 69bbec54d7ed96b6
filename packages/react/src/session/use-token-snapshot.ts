"use client";

import { useCallback, useState, useSyncExternalStore } from "react";
import { type Handle } from "../sources/token-handle.ts";
import { type TokenSnapshot, type TokenSource } from "../sources/token-source.ts";

/** A snapshot of a source. React keeps it, so it is a handle: no property leads to the token. */
export type SnapshotHandle = Handle<TokenSnapshot>;

const LOADING: SnapshotHandle = () => ({ status: "loading" });

/** What a source has now, read in render: the same handle as long as it has the same. */
export function useTokenSnapshot(source: TokenSource): SnapshotHandle {
  const [handleOf] = useState(createSnapshotHandles);
  const subscribe = useCallback((notify: () => void) => source.subscribe(notify), [source]);
  return useSyncExternalStore(
    subscribe,
    () => handleOf(source.getSnapshot()),
    () => LOADING,
  );
}

function createSnapshotHandles(): (snapshot: TokenSnapshot) => SnapshotHandle {
  let newest = LOADING;
  return (snapshot) => {
    if (!isSame(newest(), snapshot)) newest = () => snapshot;
    return newest;
  };
}

function isSame(one: TokenSnapshot, other: TokenSnapshot): boolean {
  return one === other || textOf(one) === textOf(other);
}

/** Of an error what it says: a source may make a new one each time. */
function textOf(snapshot: TokenSnapshot): string {
  return JSON.stringify(snapshot.status === "error" ? String(snapshot.error) : snapshot);
}
