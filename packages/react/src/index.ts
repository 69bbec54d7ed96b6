// In the order of the path: session → cache → hook → component.
export { PermissionsProvider, type PermissionsProviderProps } from "./permissions-provider.tsx";
export { usePermissionsSession, type PermissionsSession } from "./use-permissions-session.ts";
export {
  type AnswerKey,
  type AnswerQuery,
  type CachePolicy,
  decisionFilters,
  type DecisionMatch,
  decisionQuery,
  type DecisionQuery,
} from "./decision-query.ts";
export { hideDecisions, invalidateDecisions, type InvalidateOptions } from "./invalidate-decisions.ts";
export { useAuthorizer } from "./use-authorizer.ts";
export { ensureCan, Forbidden } from "./ensure-can.ts";
export { type ClosedReason, type GateReason, type KindeFlag, type KindeGate } from "./kinde-gate.ts";
export { type Answer, type AskOptions, type CanResult } from "./use-decision.ts";
export { type OnResource, ResourceProvider, type ResourceProviderProps } from "./resource-provider.tsx";
export { useCan, type UseCanOptions } from "./use-can.ts";
export { type CanActionsResult, type Summary, useCanActions, type UseCanActionsOptions } from "./use-can-actions.ts";
export { type CanListResult, useCanList, type UseCanListOptions } from "./use-can-list.ts";
export { type CanCallbackOptions, useCanCallback } from "./use-can-callback.ts";
export { type SettledCanResult, useSuspenseCan } from "./use-suspense-can.ts";
export { type PlanResult, usePlan, type UsePlanOptions } from "./use-plan.ts";
export { Can, type CanProps } from "./can.tsx";
export { useSwitchOrg, type SwitchOrgOptions, type SwitchOrgResult } from "./use-switch-org.ts";
export { type SilentSwitchOptions } from "./switch-org-silently.ts";
export { type AuthorizationOptions } from "./kinde-tokens.ts";
export { type Organization, useOrganizations } from "./use-organizations.ts";
export { SwitchOrg, type SwitchOrgProps } from "./switch-org.tsx";
