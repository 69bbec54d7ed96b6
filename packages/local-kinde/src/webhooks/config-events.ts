import { isDeepStrictEqual } from "node:util";
import { permissionId, roleId } from "../claims.ts";
import type {
  LocalKindeConfig,
  OrganizationConfig,
  PermissionConfig,
  PersonConfig,
  RoleConfig,
  WebhookEventType,
} from "../config.ts";

/** An event, in the shape that Kinde documents and that its package `@kinde/webhooks` types. */
export interface ConfigEvent {
  type: WebhookEventType;
  data: Record<string, unknown>;
}

/** Returns the events of a change of the config, one for each entry that was added, changed or removed. */
export function eventsOf(before: LocalKindeConfig, after: LocalKindeConfig): ConfigEvent[] {
  return [
    ...changes(byName(before.permissions, "key"), byName(after.permissions, "key")).map(({ what, entry }) =>
      event(`permission.${what}`, {
        permission: what === "deleted" ? { id: permissionId(entry.key) } : permissionData(entry),
      }),
    ),
    ...changes(byName(before.roles, "key"), byName(after.roles, "key")).map(({ what, entry }) =>
      event(`role.${what}`, { role: what === "deleted" ? { id: roleId(entry.key) } : roleData(entry) }),
    ),
    ...flagEvents(before.featureFlags ?? {}, after.featureFlags ?? {}),
    ...changes(organizationsIn(before), organizationsIn(after)).map(({ what, entry }) =>
      event(`organization.${what}`, {
        organization: what === "deleted" ? { code: entry.code } : organizationData(entry),
      }),
    ),
    ...after.organizations.flatMap(({ code, featureFlags = {} }) =>
      flagEvents(before.organizations.find((one) => one.code === code)?.featureFlags ?? {}, featureFlags, code),
    ),
    ...changes(byName(before.people, "id"), byName(after.people, "id")).map(({ what, entry }) =>
      event(`user.${what}`, { user: what === "deleted" ? { id: entry.id } : userData(entry) }),
    ),
  ];
}

interface Change<Entry> {
  what: "created" | "updated" | "deleted";
  entry: Entry;
}

function changes<Entry>(before: ReadonlyMap<string, Entry>, after: ReadonlyMap<string, Entry>): Change<Entry>[] {
  const gone = [...before]
    .filter(([name]) => !after.has(name))
    .map(([, entry]) => ({ what: "deleted", entry }) as const);
  const others = [...after].flatMap(([name, entry]): Change<Entry>[] => {
    if (!before.has(name)) return [{ what: "created", entry }];
    return isDeepStrictEqual(before.get(name), entry) ? [] : [{ what: "updated", entry }];
  });
  return [...gone, ...others];
}

function byName<Id extends string, Entry extends Record<Id, string>>(
  list: readonly Entry[] = [],
  id: Id,
): ReadonlyMap<string, Entry> {
  return new Map(list.map((entry) => [entry[id], entry]));
}

/** Returns the organizations with the contents of their plans, and without their flags, which have their own events. */
function organizationsIn(config: LocalKindeConfig): ReadonlyMap<string, OrganizationConfig & { planned: unknown }> {
  return new Map(
    config.organizations.map(({ featureFlags: _flags, ...organization }) => {
      const planned = config.plans?.filter(({ key }) => organization.plans?.includes(key));
      return [organization.code, { ...organization, planned }];
    }),
  );
}

/** Returns the events of feature flags. Kinde documents none: these are our own. */
function flagEvents(before: object, after: object, organization?: string): ConfigEvent[] {
  const place = organization === undefined ? {} : { organization: { code: organization } };
  return changes(flagsIn(before), flagsIn(after)).map(({ what, entry: { key } }) =>
    event(`feature_flag.${what}`, { feature_flag: { key }, ...place }),
  );
}

function flagsIn(flags: object): ReadonlyMap<string, { key: string; flag: unknown }> {
  return new Map(Object.entries(flags).map(([key, flag]: [string, unknown]) => [key, { key, flag }]));
}

function event(type: WebhookEventType, data: Record<string, unknown>): ConfigEvent {
  return { type, data };
}

function userData({ id, email, givenName, familyName, memberships }: PersonConfig): Record<string, unknown> {
  return {
    id,
    email,
    first_name: givenName,
    last_name: familyName,
    is_password_reset_requested: false,
    is_suspended: false,
    organizations: memberships.map(({ organization, roles, permissions }) => ({
      code: organization,
      roles: roles?.map((key) => ({ id: roleId(key), key })) ?? null,
      permissions: permissions?.map((key) => ({ id: permissionId(key), key })) ?? null,
    })),
    phone: null,
    username: null,
  };
}

function organizationData({ code, name, externalId }: OrganizationConfig): Record<string, unknown> {
  return { code, name, external_id: externalId ?? null, handle: null, is_allow_registrations: false };
}

function roleData({ key, name }: RoleConfig): Record<string, unknown> {
  return { id: roleId(key), key, name, description: "", is_default_role: false };
}

function permissionData({ key, name = key, description = "" }: PermissionConfig): Record<string, unknown> {
  return { id: permissionId(key), key, name, description };
}
