/** The type of a feature flag, as Kinde's own interface names it. */
export type FeatureFlagType = "boolean" | "integer" | "string" | "json";

/** Claims that Kinde puts into an access token only when the application asks for them. */
export type OptionalClaim =
  | "roles"
  | "email"
  | "org_name"
  | "external_organization_id"
  | "user_properties"
  | "organization_properties";

/** An application that signs people in here. */
export interface ApplicationConfig {
  /** What the SDK sends as `client_id`. */
  clientId: string;
  /**
   * The secret of a back-end application, as Kinde's SDK for Next.js has it in `KINDE_CLIENT_SECRET`: 40 to 60 letters
   * and digits. The token endpoint then requires it, and PKCE is optional. Default: none, for an application in the
   * browser, which must use PKCE.
   */
  clientSecret?: string;
  /** Shown on the sign-in page. Default: the client id. */
  name?: string;
  /** Where a sign-in may come back to. Compared exactly, as Kinde does: a trailing slash matters. */
  redirectUris: string[];
  /** Where a logout may come back to. Compared exactly. Default: none. */
  logoutRedirectUris?: string[];
  /** APIs this application may ask a token for (`audience`). Default: none. */
  audiences?: string[];
  /** What its access tokens carry beyond what every token carries. */
  claims?: {
    /** `hasura` writes `x-hasura-org-code` for `org_code`, and so on. Default: `plain`. */
    naming?: "plain" | "hasura";
    /** Default: none, as in Kinde. Without `roles`, a token has no roles. */
    include?: OptionalClaim[];
  };
  /**
   * Seconds an access token lives. Default: 86400 (a day). Take 30 or more: the Kinde SDK refreshes
   * 10 s before the end, so it loops without a pause at 10 s or less.
   */
  accessTokenLifetime?: number;
}

/** A feature flag of the environment, with the value for everyone who has no other. */
export interface FeatureFlagConfig {
  /** What its values are. */
  type: FeatureFlagType;
  /** The value where neither the organization nor the person has another. */
  default: unknown;
}

/** A role, which a membership may give. */
export interface RoleConfig {
  /** What policies compare. */
  key: string;
  /** For people to read. */
  name: string;
  /** Keys of the permissions that come with it. */
  permissions: string[];
}

/** A permission. */
export interface PermissionConfig {
  /** What policies compare. */
  key: string;
  /** For people to read. Default: the key. */
  name?: string;
  /** What it allows, in words. */
  description?: string;
}

/** What a plan entitles an organization to. Never in a token: only the account API tells. */
export interface EntitlementConfig {
  /** The key of the feature. */
  key: string;
  /** The name of the feature. Default: the key. */
  name?: string;
  /** The most that may be used. Default: no limit. */
  maximum?: number;
  /** The least that is paid for. Default: no limit. */
  minimum?: number;
  /** The name of the price, which the SDK's `has({ billingEntitlements })` compares. Default: the key. */
  priceName?: string;
  /** The price of one unit, in the smallest unit of the currency. Default: 0. */
  unitAmount?: number;
  /** The price that is due at any use, in the smallest unit of the currency. Default: 0. */
  fixedCharge?: number;
}

/** A plan of Kinde's billing, which organizations may be on. */
export interface PlanConfig {
  /** The key of the plan. */
  key: string;
  /** For people to read. Default: the key. */
  name?: string;
  /** What it entitles to. */
  entitlements: EntitlementConfig[];
}

/** An organization. */
export interface OrganizationConfig {
  /** Kinde's are like `org_1a2b3c`. */
  code: string;
  /** For people to read. */
  name: string;
  /** Its id in your own system. */
  externalId?: string;
  /** Values that replace the defaults of the environment's flags, by key. */
  featureFlags?: Record<string, unknown>;
  /** Properties, by key. */
  properties?: Record<string, unknown>;
  /** Keys of the plans it is on. Default: none. */
  plans?: string[];
  /** What it is entitled to beyond its plans. It replaces what they say of the same key. Default: nothing. */
  entitlements?: EntitlementConfig[];
}

/** A person's place in an organization. */
export interface MembershipConfig {
  /** The code of the organization. */
  organization: string;
  /** Keys of the roles there. Default: none. */
  roles?: string[];
  /** Keys of permissions there that come with no role. Default: none. */
  permissions?: string[];
}

/** A person who can sign in. */
export interface PersonConfig {
  /** The `sub` of the tokens. Kinde's are like `kp_1a2b3c`. */
  id: string;
  /** The address. */
  email: string;
  /** The given name. */
  givenName: string;
  /** The family name. */
  familyName: string;
  /** The URL of a picture. */
  picture?: string;
  /** Values that replace those of the organization and of the environment, by key. */
  featureFlags?: Record<string, unknown>;
  /** Properties, by key. */
  properties?: Record<string, unknown>;
  /** The organizations, the default one first. May be empty. */
  memberships: MembershipConfig[];
}

/** A machine-to-machine application: a back end that gets tokens for Kinde's management API. */
export interface MachineConfig {
  /** What it sends as `client_id`. */
  clientId: string;
  /** Its secret: 40 to 60 letters and digits. */
  clientSecret: string;
  /** For people to read. Default: the client id. */
  name?: string;
}

/** A webhook: where events are sent to when this config changes. */
export interface WebhookConfig {
  /** An address on this machine. */
  url: string;
  /** The types of the events to send, such as `user.updated`. Default: all. */
  events?: WebhookEventType[];
}

/**
 * The types of events. Kinde documents all except those of feature flags, which are named as Kinde would.
 */
export type WebhookEventType =
  | "user.created"
  | "user.updated"
  | "user.deleted"
  | "organization.created"
  | "organization.updated"
  | "organization.deleted"
  | "role.created"
  | "role.updated"
  | "role.deleted"
  | "permission.created"
  | "permission.updated"
  | "permission.deleted"
  | "feature_flag.created"
  | "feature_flag.updated"
  | "feature_flag.deleted";

/** All that a local Kinde knows: one JSON file, whose schema is `@kinde-cerbos/local-kinde/kinde.schema.json`. */
export interface LocalKindeConfig {
  /** Where editors find the JSON Schema. */
  $schema?: string;
  /** The applications. At least one. */
  applications: ApplicationConfig[];
  /** The machine-to-machine applications. Default: none. */
  machines?: MachineConfig[];
  /** Where to send events when this config changes. Default: nowhere. */
  webhooks?: WebhookConfig[];
  /** The feature flags of the environment, by key. Default: none. */
  featureFlags?: Record<string, FeatureFlagConfig>;
  /** The roles that memberships may give. Default: none. */
  roles?: RoleConfig[];
  /** The permissions. When it is absent, any key may be used; when it is present, only these. */
  permissions?: PermissionConfig[];
  /** The plans that organizations may be on. Default: none. */
  plans?: PlanConfig[];
  /** The organizations. */
  organizations: OrganizationConfig[];
  /** The people. */
  people: PersonConfig[];
}
