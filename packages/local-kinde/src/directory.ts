import type {
  ApplicationConfig,
  EntitlementConfig,
  FeatureFlagConfig,
  LocalKindeConfig,
  MembershipConfig,
  OrganizationConfig,
  PersonConfig,
  PlanConfig,
  RoleConfig,
} from "./config.ts";

/** A person in one of their organizations, or in none. */
export interface Subject {
  person: PersonConfig;
  /** Absent if the person belongs to no organization. */
  place?: { organization: OrganizationConfig; membership: MembershipConfig };
}

/** Returns the application with this client id. */
export function findApplication(config: LocalKindeConfig, clientId: string): ApplicationConfig | undefined {
  return config.applications.find((application) => application.clientId === clientId);
}

/** Returns the person with this id. */
export function findPerson(config: LocalKindeConfig, id: string): PersonConfig | undefined {
  return config.people.find((person) => person.id === id);
}

/**
 * Returns the person in that organization; without a code, in their first one, as there is no page to choose one.
 * `undefined` if there is no such person, or they are not a member.
 */
export function findSubject(config: LocalKindeConfig, id: string, code?: string): Subject | undefined {
  const person = findPerson(config, id);
  if (person === undefined) return undefined;
  const membership =
    code === undefined ? person.memberships[0] : person.memberships.find((one) => one.organization === code);
  if (membership === undefined) return code === undefined ? { person } : undefined;
  const organization = config.organizations.find((one) => one.code === membership.organization);
  return organization === undefined ? undefined : { person, place: { organization, membership } };
}

/** Returns the organizations of a person, in the order of their memberships. */
export function organizationsOf(config: LocalKindeConfig, person: PersonConfig): OrganizationConfig[] {
  return person.memberships.flatMap((membership) =>
    config.organizations.filter((one) => one.code === membership.organization),
  );
}

/** Returns the roles of the subject, in the order of the membership. */
export function rolesOf(config: LocalKindeConfig, { place }: Subject): RoleConfig[] {
  return (place?.membership.roles ?? []).flatMap((key) => (config.roles ?? []).filter((role) => role.key === key));
}

/** Returns the keys of the subject's permissions: those of their roles, then their own, each once. */
export function permissionsOf(config: LocalKindeConfig, subject: Subject): string[] {
  const fromRoles = rolesOf(config, subject).flatMap((role) => role.permissions);
  return [...new Set([...fromRoles, ...(subject.place?.membership.permissions ?? [])])];
}

/** Returns every flag with its value for the subject: the person's, or the organization's, or the environment's. */
export function flagsOf(
  config: LocalKindeConfig,
  { person, place }: Subject,
): { key: string; type: FeatureFlagConfig["type"]; value: unknown }[] {
  return Object.entries(config.featureFlags ?? {}).map(([key, flag]) => {
    const overrides = [person.featureFlags, place?.organization.featureFlags].find(
      (values) => values !== undefined && Object.hasOwn(values, key),
    );
    return { key, type: flag.type, value: overrides === undefined ? flag.default : overrides[key] };
  });
}

/** Returns the plans of the subject's organization, in its order. */
export function plansOf(config: LocalKindeConfig, { place }: Subject): PlanConfig[] {
  return (place?.organization.plans ?? []).flatMap((key) => (config.plans ?? []).filter((plan) => plan.key === key));
}

/** Returns the entitlements of the subject's organization. Its own replace those of its plans with the same key. */
export function entitlementsOf(config: LocalKindeConfig, subject: Subject): EntitlementConfig[] {
  const all = [
    ...plansOf(config, subject).flatMap((plan) => plan.entitlements),
    ...(subject.place?.organization.entitlements ?? []),
  ];
  return [...new Map(all.map((entitlement) => [entitlement.key, entitlement])).values()];
}
