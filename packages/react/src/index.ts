// In the order of the path: session → cache → hook → component.
export { PermissionsProvider, type PermissionsProviderProps } from "./permissions-provider.tsx";
export { usePermissionsSession, type PermissionsSession } from "./use-permissions-session.ts";
export {
  type CachePolicy,
  decisionFilters,
  type DecisionKey,
  type DecisionMatch,
  decisionQuery,
  type DecisionQuery,
} from "./decision-query.ts";
export { useCan, type UseCanOptions } from "./use-can.ts";
export { type Answer, type AskOptions, type CanResult } from "./use-decision.ts";
export { Can, type CanProps } from "./can.tsx";
export { useSwitchOrg, type SwitchOrgOptions, type SwitchOrgResult } from "./use-switch-org.ts";
export { type SilentSwitchOptions } from "./switch-org-silently.ts";
export { type AuthorizationOptions } from "./kinde-tokens.ts";
export { type Organization, useOrganizations } from "./use-organizations.ts";
export { SwitchOrg, type SwitchOrgProps } from "./switch-org.tsx";
