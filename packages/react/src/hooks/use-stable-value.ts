"use client";

/* oxlint-disable react/refs -- what a render that was given up leaves here is equal to what it gets, or not used */

import { replaceEqualDeep } from "@tanstack/react-query";
import { useRef } from "react";
import { isShallowEqual } from "../cache/shallow-equal.ts";

/** The value of the last render as long as the new one is equal: an effect on it runs once for each change. */
export function useStableValue<Value extends object | null>(
  value: Value,
  isEqual: (one: Value, other: Value) => boolean = isShallowEqual,
): Value {
  const last = useRef(value);
  if (last.current !== value && !isEqual(last.current, value)) last.current = value;
  return last.current;
}

/** Whether two values are equal as JSON. */
export function isEqualJson(one: unknown, other: unknown): boolean {
  return replaceEqualDeep(one, other) === one;
}
