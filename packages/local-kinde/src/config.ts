/** The type of a feature flag, as Kinde's own interface names it. */
export type FeatureFlagType = "boolean" | "integer" | "string" | "json";

/** Claims that Kinde adds to an access token only if they are enabled for the application. */
export type OptionalClaim =
  | "roles"
  | "email"
  | "org_name"
  | "external_organization_id"
  | "user_properties"
  | "organization_properties";

/** An application that people sign in to. */
export interface ApplicationConfig {
  /** The client id, which the SDK sends as `client_id`. */
  clientId: string;
  /**
   * The secret of a back-end application: 40 to 60 letters and digits. Kinde's SDK for Next.js reads it from
   * `KINDE_CLIENT_SECRET`. The token endpoint then requires it, and PKCE is optional. Default: none, for an application
   * in the browser, which must use PKCE.
   */
  clientSecret?: string;
  /** The name on the sign-in page. Default: the client id. */
  name?: string;
  /** The URLs that a sign-in may return to. Compared exactly, as at Kinde: a trailing slash matters. */
  redirectUris: string[];
  /** The URLs that a logout may return to. Compared exactly. Default: none. */
  logoutRedirectUris?: string[];
  /** The APIs that the application may request tokens for (`audience`). Default: none. */
  audiences?: string[];
  /** The claims of its access tokens, besides those that every token has. */
  claims?: {
    /** How claims are named. `hasura` writes `x-hasura-org-code` for `org_code`, and so on. Default: `plain`. */
    naming?: "plain" | "hasura";
    /** Claims to add. Without `roles`, a token has no roles. Default: none, as in Kinde. */
    include?: OptionalClaim[];
  };
  /**
   * How long an access token is valid, in whole seconds, at least 1. Default: 86400 (one day). Use 30 or more: the
   * Kinde SDK refreshes 10 s before the end, so at 10 s or less it refreshes without a pause.
   */
  accessTokenLifetime?: number;
}

/** A feature flag of the environment. */
export interface FeatureFlagConfig {
  /** The type of its values. */
  type: FeatureFlagType;
  /** The value if neither the organization nor the person has one. */
  default: unknown;
}

/** A role, which people have in their memberships. */
export interface RoleConfig {
  /** The key, which policies compare. */
  key: string;
  /** The name that people read. */
  name: string;
  /** Keys of the permissions that the role gives. */
  permissions: string[];
}

/** A permission. */
export interface PermissionConfig {
  /** The key, which policies compare. */
  key: string;
  /** The name that people read. Default: the key. */
  name?: string;
  /** A description of what it allows. */
  description?: string;
}

/** An entitlement of an organization to a feature. It is never in a token, only in answers of the account API. */
export interface EntitlementConfig {
  /** The key of the feature. */
  key: string;
  /** The name of the feature. Default: the key. */
  name?: string;
  /** The maximum that may be used. Default: no limit. */
  maximum?: number;
  /** The minimum that is paid for. Default: none. */
  minimum?: number;
  /** The name of the price, which the SDK's `has({ billingEntitlements })` compares. Default: the key. */
  priceName?: string;
  /** The price of one unit, in the smallest unit of the currency. Default: 0. */
  unitAmount?: number;
  /** The fixed price, in the smallest unit of the currency. Default: 0. */
  fixedCharge?: number;
}

/** A plan of Kinde's billing, which organizations can have. */
export interface PlanConfig {
  /** The key of the plan. */
  key: string;
  /** The name that people read. Default: the key. */
  name?: string;
  /** The entitlements of organizations on this plan. */
  entitlements: EntitlementConfig[];
}

/** An organization. */
export interface OrganizationConfig {
  /** The code. Kinde's look like `org_1a2b3c`. */
  code: string;
  /** The name that people read. */
  name: string;
  /** Its id in your own system. */
  externalId?: string;
  /** Values of feature flags, by key. They replace the defaults of the environment. */
  featureFlags?: Record<string, unknown>;
  /** Properties, by key. */
  properties?: Record<string, unknown>;
  /** Keys of its plans. Default: none. */
  plans?: string[];
  /** Entitlements besides those of its plans. They replace those with the same key. Default: none. */
  entitlements?: EntitlementConfig[];
}

/** A person's membership in an organization. */
export interface MembershipConfig {
  /** The code of the organization. */
  organization: string;
  /** Keys of the person's roles in the organization. Default: none. */
  roles?: string[];
  /** Keys of permissions that the person has in the organization besides those of the roles. Default: none. */
  permissions?: string[];
}

/** A person who can sign in. */
export interface PersonConfig {
  /** The id, which is the `sub` of tokens. Kinde's look like `kp_1a2b3c`. */
  id: string;
  /** The e-mail address. */
  email: string;
  /** The given name. */
  givenName: string;
  /** The family name. */
  familyName: string;
  /** The URL of a picture. */
  picture?: string;
  /** Values of feature flags, by key. They replace those of the organization and the environment. */
  featureFlags?: Record<string, unknown>;
  /** Properties, by key. */
  properties?: Record<string, unknown>;
  /** The memberships in organizations, the default one first. May be empty. */
  memberships: MembershipConfig[];
}

/** A machine-to-machine application: a back end that gets tokens for Kinde's management API. */
export interface MachineConfig {
  /** The client id, which it sends as `client_id`. */
  clientId: string;
  /** Its secret: 40 to 60 letters and digits. */
  clientSecret: string;
  /** The name that people read. Default: the client id. */
  name?: string;
}

/** A webhook, which gets events when this config changes. */
export interface WebhookConfig {
  /** Its URL, on this machine. */
  url: string;
  /** The types of the events to send, such as `user.updated`. Default: all. */
  events?: WebhookEventType[];
}

/** The types of webhook events. Kinde documents all except those of feature flags, which are our own. */
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

/** The config of a local Kinde: one JSON file, whose schema is `@kinde-cerbos/local-kinde/kinde.schema.json`. */
export interface LocalKindeConfig {
  /** The path of the JSON Schema, for editors. */
  $schema?: string;
  /** The applications. At least one. */
  applications: ApplicationConfig[];
  /** The machine-to-machine applications. Default: none. */
  machines?: MachineConfig[];
  /** Webhooks, which get events when this config changes. Default: none. */
  webhooks?: WebhookConfig[];
  /** The feature flags of the environment, by key. Default: none. */
  featureFlags?: Record<string, FeatureFlagConfig>;
  /** The roles. Default: none. */
  roles?: RoleConfig[];
  /** The permissions. If this list is missing, any key can be used; otherwise only these. */
  permissions?: PermissionConfig[];
  /** The plans. Default: none. */
  plans?: PlanConfig[];
  /** The organizations. */
  organizations: OrganizationConfig[];
  /** The people. */
  people: PersonConfig[];
}
