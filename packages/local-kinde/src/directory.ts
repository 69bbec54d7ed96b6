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
  /** Absent when the person belongs to no organization. */
  place?: { organization: OrganizationConfig; membership: MembershipConfig };
}

/** The application with this client id. */
export function findApplication(config: LocalKindeConfig, clientId: string): ApplicationConfig | undefined {
  return config.applications.find((application) => application.clientId === clientId);
}

/** The person with this id. */
export function findPerson(config: LocalKindeConfig, id: string): PersonConfig | undefined {
  return config.people.find((person) => person.id === id);
}

/**
 * The person in that organization; without a code, in the first of their organizations, as no picker is shown here.
 * Undefined when there is no such person, or when they are no member.
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

/** The organizations of a person, in the order of their memberships. */
export function organizationsOf(config: LocalKindeConfig, person: PersonConfig): OrganizationConfig[] {
  return person.memberships.flatMap((membership) =>
    config.organizations.filter((one) => one.code === membership.organization),
  );
}

/** The roles of the subject, in the order of the membership. */
export function rolesOf(config: LocalKindeConfig, { place }: Subject): RoleConfig[] {
  return (place?.membership.roles ?? []).flatMap((key) => (config.roles ?? []).filter((role) => role.key === key));
}

/** The keys of the subject's permissions: those of their roles, then their own, each once. */
export function permissionsOf(config: LocalKindeConfig, subject: Subject): string[] {
  const fromRoles = rolesOf(config, subject).flatMap((role) => role.permissions);
  return [...new Set([...fromRoles, ...(subject.place?.membership.permissions ?? [])])];
}

/** Every flag with its value for the subject: the person's, else the organization's, else the environment's. */
export function flagsOf(
  config: LocalKindeConfig,
  { person, place }: Subject,
): { key: string; type: FeatureFlagConfig["type"]; value: unknown }[] {
  return Object.entries(config.featureFlags ?? {}).map(([key, flag]) => {
    const holder = [person.featureFlags, place?.organization.featureFlags].find(
      (values) => values !== undefined && Object.hasOwn(values, key),
    );
    return { key, type: flag.type, value: holder === undefined ? flag.default : holder[key] };
  });
}

/** The plans of the subject's organization, in its order. */
export function plansOf(config: LocalKindeConfig, { place }: Subject): PlanConfig[] {
  return (place?.organization.plans ?? []).flatMap((key) => (config.plans ?? []).filter((plan) => plan.key === key));
}

/** What the subject's organization is entitled to, each key once: by its plans, then by itself. The last one counts. */
export function entitlementsOf(config: LocalKindeConfig, subject: Subject): EntitlementConfig[] {
  const all = [
    ...plansOf(config, subject).flatMap((plan) => plan.entitlements),
    ...(subject.place?.organization.entitlements ?? []),
  ];
  return [...new Map(all.map((entitlement) => [entitlement.key, entitlement])).values()];
}
