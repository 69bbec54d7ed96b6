/**
 * A Kinde-compatible issuer on this machine, for development and tests. Never use it in production: anyone can sign in
 * as anyone, without a password.
 *
 * @packageDocumentation
 */
export { keyFileFor } from "./key-file.ts";
export { loadConfig } from "./load-config.ts";
export { startLocalKinde } from "./start-local-kinde.ts";
export type { ConfigEntries } from "./config-patch.ts";
export type { CreateTokenOptions } from "./create-token.ts";
export type { LocalKinde, LocalKindeOptions } from "./start-local-kinde.ts";
export type {
  ApplicationConfig,
  EntitlementConfig,
  FeatureFlagConfig,
  FeatureFlagType,
  LocalKindeConfig,
  MachineConfig,
  MembershipConfig,
  OptionalClaim,
  OrganizationConfig,
  PermissionConfig,
  PersonConfig,
  PlanConfig,
  RoleConfig,
  WebhookConfig,
  WebhookEventType,
} from "./config.ts";
export { LocalKindeConfigError, LocalKindeError } from "./errors.ts";
export type { ConfigProblem, LocalKindeErrorCode } from "./errors.ts";
