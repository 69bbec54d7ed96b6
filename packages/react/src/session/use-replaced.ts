"use client";

import { useEffect, useRef } from "react";

/** Ends a value once another one has taken its place. */
export function useReplaced<Value>(value: Value, end: (before: Value) => void): void {
  const previous = useRef(value);
  useEffect(() => {
    // Not in a cleanup: React also cleans up effects of what it only hides, or checks in StrictMode.
    if (previous.current !== value) end(previous.current);
    previous.current = value;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what ends it, any will do
  }, [value]);
}
