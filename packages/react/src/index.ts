// In the order of the path: session → cache → hook → component.
export { PermissionsProvider, type PermissionsProviderProps } from "./session/permissions-provider.tsx";
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
export { type Answer, type AskOptions, type CanResult } from "./hooks/use-decision.ts";
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
export { useSwitchOrg, type SwitchOrgOptions, type SwitchOrgResult } from "./hooks/use-switch-org.ts";
export { type SilentSwitchOptions } from "./sources/kinde-react/switch-org-silently.ts";
export { type AuthorizationOptions } from "./sources/kinde-react/kinde-tokens.ts";
export { type Organization, useOrganizations } from "./hooks/use-organizations.ts";
export { SwitchOrg, type SwitchOrgProps } from "./components/switch-org.tsx";
