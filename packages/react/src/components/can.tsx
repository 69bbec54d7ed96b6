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
/** The result of a check that is allowed. */
type Allowed = Extract<CanResult, { status: "allowed" }>;
/** The result of a check that is denied. */
type Denied = Extract<CanResult, { status: "denied" }>;
type Failed = Extract<CanResult, { status: "error" }>;

/** What to render: a node, or a function of the result. */
type Show<Result> = ReactNode | ((result: Result) => ReactNode);

/** One action. */
interface OneAction<K extends Kind> {
  /** The action to check. */
  readonly action: SharedActionOf<K>;
  readonly actions?: never;
  readonly mode?: never;
}

/**
 * Several actions on one resource. Functions receive one result: the first that is denied, else an error, else pending,
 * else allowed. With `mode="any"`: the first that is allowed, else pending, else an error, else denied.
 */
interface SeveralActions<K extends Kind> {
  readonly action?: never;
  /** The actions to check. */
  readonly actions: readonly SharedActionOf<K>[];
  /** Whether all of them must be allowed, or any. Default: `all`. */
  readonly mode?: "all" | "any";
}

/** What to render for each result. */
interface Shown<Then, Else> {
  readonly passThrough?: never;
  /** Shown if allowed; with `not`, if denied. A function receives the result, with the decision's outputs. */
  readonly children: Show<Then>;
  /**
   * Shown if denied (with `not`, if allowed), and on an error if there is no `error`. A function receives the result,
   * with the reason. Default: nothing.
   */
  readonly fallback?: Show<Else | Failed>;
  /** Shown while pending. Default: nothing. */
  readonly loading?: Show<Pending>;
  /** Shown on an error. A function receives the error. Default: `fallback`. */
  readonly error?: ReactNode | ((error: Error) => ReactNode);
}

/** Shows the children if allowed. */
interface WhenAllowed extends Shown<Allowed, Denied> {
  /** Shows the children if denied instead. Default: false. */
  readonly not?: false;
}

/** Shows the children if denied; not while pending, and not on an error. */
interface WhenDenied extends Shown<Denied, Allowed> {
  /** Shows the children if denied. */
  readonly not: true;
}

/** Always shows the children, which are a function of the result. */
interface InAnyCase {
  /** Shows the children in any case. Default: false. */
  readonly passThrough: true;
  /** Returns what to show for a result. */
  readonly children: (result: CanResult) => ReactNode;
  readonly not?: never;
  readonly fallback?: never;
  readonly loading?: never;
  readonly error?: never;
}

/** Props of {@link Can}: a check, or several actions on one resource, and what to render for each result. */
export type CanProps<K extends Kind = Kind> = OnResource<K> &
  KindeGate &
  CachePolicy &
  (OneAction<K> | SeveralActions<K>) &
  (WhenAllowed | WhenDenied | InAnyCase);

/**
 * Shows its children if the PDP allows the action on the resource.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider, or without a resource and a ResourceProvider
 */
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
  // An empty list is an error, neither allowed nor denied.
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
