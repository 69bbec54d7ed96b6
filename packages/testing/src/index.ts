/**
 * For tests of components that check permissions: a provider, recorded checks, and matchers.
 *
 * @packageDocumentation
 */
export { type CheckRequest } from "./answer/check-request.ts";
export { clearRecordedChecks, type RecordedCheck, recordedChecks } from "./answer/recorded-checks.ts";
export { type AnswerRule, type TestAnswer, type TestDecision, type TestRule, type TestRules } from "./answer/rules.ts";
export { type PlanRequest, type TestPlans } from "./answer/test-plans.ts";
export { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";
export {
  PermissionsTestProvider,
  type PermissionsTestProviderProps,
  type TestPermissions,
} from "./render/permissions-test-provider.tsx";
export {
  type RenderHookWithPermissionsResult,
  renderHookWithPermissions,
} from "./render/render-hook-with-permissions.ts";
export { renderWithPermissions, type RenderWithPermissionsResult } from "./render/render-with-permissions.tsx";
export { type TestOrganization, type TestUser } from "./user/test-user.ts";
