"use client";

import { AuthzError, type Kind, type SharedActionOf } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { type CachePolicy } from "../cache/decision-query.ts";
import { type KindeGate } from "../hooks/kinde-gate.ts";
import { type OnResource } from "../hooks/resource-provider.tsx";
import { type CanActionsResult, useCanActions } from "../hooks/use-can-actions.ts";
import { type CanResult } from "../hooks/use-decision.ts";
import { useStableValue } from "../hooks/use-stable-value.ts";

type Pending = Extract<CanResult, { status: "pending" }>;
type Allowed = Extract<CanResult, { status: "allowed" }>;
type Denied = Extract<CanResult, { status: "denied" }>;
type Failed = Extract<CanResult, { status: "error" }>;

/** What to show; a function gets the result. */
type Show<Result> = ReactNode | ((result: Result) => ReactNode);

/** One action. */
interface OneAction<K extends Kind> {
  readonly action: SharedActionOf<K>;
  readonly actions?: never;
  readonly mode?: never;
}

/** Several actions of one resource. The result that functions get is that of the action which decided. */
interface SeveralActions<K extends Kind> {
  readonly action?: never;
  readonly actions: readonly SharedActionOf<K>[];
  /** Whether all of them must be allowed, or any. Default: `all`. */
  readonly mode?: "all" | "any";
}

/** What to show for each answer. */
interface Shown<Then, Else> {
  readonly passThrough?: never;
  /** Shown when allowed; with `not`, when denied. A function gets the result, with the decision's outputs. */
  readonly children: Show<Then>;
  /**
   * Shown when denied (with `not`, when allowed), and on an error without `error`.
   * A function gets the result, with the reason. Default: nothing.
   */
  readonly fallback?: Show<Else | Failed>;
  /** Shown while pending. Default: nothing. */
  readonly loading?: Show<Pending>;
  /** Shown on an error. A function gets it. Default: `fallback`. */
  readonly error?: ReactNode | ((error: Error) => ReactNode);
}

/** Children when allowed. */
interface WhenAllowed extends Shown<Allowed, Denied> {
  readonly not?: false;
}

/** Children when denied; not while pending, and not on an error. */
interface WhenDenied extends Shown<Denied, Allowed> {
  readonly not: true;
}

/** Children in any case: they look at the result themselves. */
interface InAnyCase {
  readonly passThrough: true;
  readonly children: (result: CanResult) => ReactNode;
  readonly not?: never;
  readonly fallback?: never;
  readonly loading?: never;
  readonly error?: never;
}

/** A check, or several actions of one resource, and what to show for each answer. */
export type CanProps<K extends Kind = Kind> = OnResource<K> &
  KindeGate &
  CachePolicy &
  (OneAction<K> | SeveralActions<K>) &
  (WhenAllowed | WhenDenied | InAnyCase);

/** Shows its children when the PDP allows the action on the resource. All it knows is {@link useCanActions}'s. */
export function Can<K extends Kind>(props: CanProps<K>): ReactNode {
  const { mode = "all", children } = props;
  const actions = props.actions ?? [props.action];
  const result = useStableValue(decisive(useCanActions({ ...props, actions }), actions, mode));
  if (props.passThrough) return props.children(result);
  const { not = false, fallback, loading, error } = props;
  if (result.status === "pending") return show(loading, result);
  if (result.status === "error" && error !== undefined) return show(error, result.error);
  return show(result.status === (not ? "denied" : "allowed") ? children : fallback, result);
}

/** Which status decides over the others. */
const DECISIVE = {
  all: ["denied", "error", "pending", "allowed"],
  any: ["allowed", "pending", "error", "denied"],
} as const;

function decisive(
  { results, refetch }: CanActionsResult<string>,
  actions: readonly string[],
  mode: keyof typeof DECISIVE,
): CanResult {
  const all = actions.flatMap((action) => results[action] ?? []);
  for (const status of DECISIVE[mode]) {
    const found = all.find((result) => result.status === status);
    if (found) return found;
  }
  // None of nothing is denied, and nothing of nothing allowed.
  return { ...NO_ACTIONS, refetch };
}

const NO_ACTIONS = {
  status: "error",
  allowed: false,
  isPending: false,
  isFetching: false,
  decision: null,
  reason: null,
  error: new AuthzError("invalid_check", "<Can> has no actions: the list is empty. Name at least one."),
} as const;

function show(what: unknown, result: unknown): ReactNode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the props' types pair each status with what takes it
  return typeof what === "function" ? what(result) : (what as ReactNode);
}
