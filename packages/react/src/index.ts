// In the order of the path: session → cache → hook → component.
export { PermissionsProvider, type PermissionsProviderProps } from "./permissions-provider.tsx";
export { usePermissionsSession, type PermissionsSession } from "./use-permissions-session.ts";
export { decisionQuery, type DecisionKey, type DecisionQuery } from "./decision-query.ts";
export { useCan, type UseCanOptions } from "./use-can.ts";
export { type CanResult } from "./use-decision.ts";
export { Can, type CanProps } from "./can.tsx";
