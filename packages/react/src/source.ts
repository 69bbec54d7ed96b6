/**
 * All of `@kinde-cerbos/react` without Kinde's React SDK: PermissionsProvider needs a `source`.
 *
 * @packageDocumentation
 */
// In the order of the path: source → session → cache → hook → component.
export { tokenSource, type TokenSourceOptions } from "./sources/getter-source.ts";
export { serverSource, type ServerSourceOptions } from "./sources/server-source.ts";
export {
  type AuthorizationOptions,
  type Organization,
  type SilentSwitchOptions,
  type SwitchOrgOptions,
  type SwitchOrgRequest,
  type TabMessages,
  type TokenSnapshot,
  type TokenSource,
} from "./sources/token-source.ts";
export {
  SessionProvider as PermissionsProvider,
  type SessionProviderProps as PermissionsProviderProps,
} from "./session/session-provider.tsx";
export { type PermissionsSession } from "./session/permissions-context.ts";
export { usePermissionsSession } from "./hooks/use-permissions-session.ts";
export {
  type AnswerKey,
  type AnswerQuery,
  type CachePolicy,
  decisionFilters,
  type DecisionMatch,
  decisionQuery,
  type DecisionQuery,
} from "./cache/decision-query.ts";
export { hideDecisions, invalidateDecisions, type InvalidateOptions } from "./cache/invalidate-decisions.ts";
export { useAuthorizer } from "./hooks/use-authorizer.ts";
export { ensureCan, Forbidden } from "./hooks/ensure-can.ts";
export { type ClosedReason, type GateReason, type KindeFlag, type KindeGate } from "./hooks/kinde-gate.ts";
export { type Answer, type CheckHookOptions, type CanResult } from "./hooks/use-decision.ts";
export { type OnResource, ResourceProvider, type ResourceProviderProps } from "./hooks/resource-provider.tsx";
export { useCan, type UseCanOptions } from "./hooks/use-can.ts";
export {
  type CanActionsResult,
  type Summary,
  useCanActions,
  type UseCanActionsOptions,
} from "./hooks/use-can-actions.ts";
export { type CanListResult, useCanList, type UseCanListOptions } from "./hooks/use-can-list.ts";
export { type CanCallbackOptions, useCanCallback } from "./hooks/use-can-callback.ts";
export { type SettledCanResult, useSuspenseCan } from "./hooks/use-suspense-can.ts";
export { type PlanResult, usePlan, type UsePlanOptions } from "./hooks/use-plan.ts";
export { Can, type CanProps } from "./components/can.tsx";
export { useSwitchOrg, type SwitchOrgResult } from "./hooks/use-switch-org.ts";
export { useOrganizations } from "./hooks/use-organizations.ts";
export { SwitchOrg, type SwitchOrgProps } from "./components/switch-org.tsx";
