import { type Check } from "@kinde-cerbos/core";
import { type ReactNode } from "react";

import { useCan } from "./use-can.ts";
import { type CanResult } from "./use-decision.ts";

/** One check, and what to show for each answer. */
export interface CanProps extends Check {
  /** Shown when allowed. A function gets the result, with the decision's outputs. */
  readonly children: ReactNode | ((result: Extract<CanResult, { allowed: true }>) => ReactNode);
  /** Shown when denied, and on an error without `error`. Default: nothing. */
  readonly fallback?: ReactNode;
  /** Shown while pending. Default: nothing. */
  readonly loading?: ReactNode;
  /** Shown on an error. A function gets it. Default: `fallback`. */
  readonly error?: ReactNode | ((error: Error) => ReactNode);
}

/** Shows its children when the PDP allows the action on the resource. All it knows is {@link useCan}'s. */
export function Can({ action, resource, children, fallback, loading, error }: CanProps): ReactNode {
  const result = useCan({ action, resource });
  switch (result.status) {
    case "allowed":
      return typeof children === "function" ? children(result) : children;
    case "pending":
      return loading;
    case "error":
      if (error === undefined) return fallback;
      return typeof error === "function" ? error(result.error) : error;
    case "denied":
      return fallback;
  }
}
