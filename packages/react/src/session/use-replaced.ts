"use client";

import { useEffect, useRef } from "react";

/** Ends a value when another one has replaced it. */
export function useReplaced<Value>(value: Value, end: (before: Value) => void): void {
  const previous = useRef(value);
  useEffect(() => {
    // Not in a cleanup: React also runs cleanups of hidden components, and in StrictMode.
    if (previous.current !== value) end(previous.current);
    previous.current = value;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- any of the `end` functions will do
  }, [value]);
}
