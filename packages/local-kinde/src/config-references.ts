import { pathTo, suggestion } from "./config-path.ts";
import type { EntitlementConfig, FeatureFlagType, LocalKindeConfig } from "./config.ts";
import type { ConfigProblem } from "./errors.ts";

/** Checks what a JSON Schema cannot: that names are unique, that references exist, and that flags have their type. */
export function checkReferences(config: LocalKindeConfig): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const flags = new Map(Object.entries(config.featureFlags ?? {}));
  const roles = new Set(config.roles?.map((role) => role.key));
  const permissions = config.permissions && new Set(config.permissions.map((permission) => permission.key));
  const plans = new Set(config.plans?.map((plan) => plan.key));
  const organizations = new Set(config.organizations.map((organization) => organization.code));

  function unique(list: readonly string[], pathOf: (index: number) => string): void {
    const first = new Map<string, number>();
    list.forEach((name, index) => {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, index);
      else
        problems.push({
          path: pathOf(index),
          message: `${JSON.stringify(name)} is already used by ${pathOf(earlier)}`,
        });
    });
  }

  function checkEntitlements(path: string, entitlements: readonly EntitlementConfig[] | undefined): void {
    unique(
      (entitlements ?? []).map(({ key }) => key),
      (index) => `${path}[${index}].key`,
    );
    entitlements?.forEach(({ minimum, maximum }, index) => {
      if (minimum === undefined || maximum === undefined || minimum <= maximum) return;
      problems.push({
        path: `${path}[${index}].minimum`,
        message: `is ${minimum}, which is more than maximum, ${maximum}`,
      });
    });
  }

  function refer(
    path: string,
    kind: string,
    keys: readonly string[] | undefined,
    known: ReadonlySet<string> | undefined,
  ): void {
    unique(keys ?? [], (index) => pathTo(path, index));
    keys?.forEach((key, index) => {
      if (known?.has(key) === false) {
        problems.push({
          path: pathTo(path, index),
          message: `no ${kind} ${JSON.stringify(key)}${suggestion(key, known)}`,
        });
      }
    });
  }

  function checkFlags(path: string, values: Record<string, unknown> | undefined): void {
    for (const [key, value] of Object.entries(values ?? {})) {
      const flag = flags.get(key);
      const at = pathTo(path, key);
      if (flag === undefined) {
        problems.push({
          path: at,
          message: `no feature flag ${JSON.stringify(key)}${suggestion(key, flags.keys())}`,
        });
      } else if (!TYPES[flag.type].fits(value)) {
        problems.push({
          path: at,
          message: `must be ${TYPES[flag.type].words}, as declared in featureFlags, but is ${JSON.stringify(value)}`,
        });
      }
    }
  }

  const { applications, machines = [], webhooks = [] } = config;
  unique(
    [...applications, ...machines].map(({ clientId }) => clientId),
    (index) =>
      index < applications.length
        ? `applications[${index}].clientId`
        : `machines[${index - applications.length}].clientId`,
  );
  webhooks.forEach(({ url }, index) => {
    if (URL.canParse(url) && isOnThisMachine(new URL(url))) return;
    const message = 'must be an address on this machine without a user, such as "http://localhost:5173/kinde-webhook"';
    problems.push({ path: `webhooks[${index}].url`, message });
  });
  config.applications.forEach(({ redirectUris, logoutRedirectUris = [] }, index) => {
    for (const [name, uris] of Object.entries({ redirectUris, logoutRedirectUris })) {
      uris.forEach((uri, at) => {
        if (URL.canParse(uri)) return;
        problems.push({
          path: `applications[${index}].${name}[${at}]`,
          message: `must be a URL such as "http://localhost:5173", is ${JSON.stringify(uri)}`,
        });
      });
    }
  });
  for (const [key, flag] of flags) {
    if (!TYPES[flag.type].fits(flag.default)) {
      const path = pathTo(pathTo("featureFlags", key), "default");
      problems.push({
        path,
        message: `must be ${TYPES[flag.type].words}, is ${JSON.stringify(flag.default)}`,
      });
    }
  }
  unique(
    (config.roles ?? []).map((role) => role.key),
    (index) => `roles[${index}].key`,
  );
  config.roles?.forEach((role, index) => {
    refer(`roles[${index}].permissions`, "permission", role.permissions, permissions);
  });
  unique(
    (config.permissions ?? []).map((permission) => permission.key),
    (index) => `permissions[${index}].key`,
  );
  unique(
    (config.plans ?? []).map((plan) => plan.key),
    (index) => `plans[${index}].key`,
  );
  config.plans?.forEach((plan, index) => checkEntitlements(`plans[${index}].entitlements`, plan.entitlements));
  unique(
    config.organizations.map((organization) => organization.code),
    (index) => `organizations[${index}].code`,
  );
  config.organizations.forEach((organization, index) => {
    checkFlags(`organizations[${index}].featureFlags`, organization.featureFlags);
    refer(`organizations[${index}].plans`, "plan", organization.plans, plans);
    checkEntitlements(`organizations[${index}].entitlements`, organization.entitlements);
  });
  unique(
    config.people.map((person) => person.id),
    (index) => `people[${index}].id`,
  );
  unique(
    config.people.map((person) => person.email.toLowerCase()),
    (index) => `people[${index}].email`,
  );
  config.people.forEach((person, index) => {
    checkFlags(`people[${index}].featureFlags`, person.featureFlags);
    const path = `people[${index}].memberships`;
    unique(
      person.memberships.map((membership) => membership.organization),
      (at) => `${path}[${at}].organization`,
    );
    person.memberships.forEach((membership, at) => {
      const code = membership.organization;
      if (!organizations.has(code)) {
        problems.push({
          path: `${path}[${at}].organization`,
          message: `no organization ${JSON.stringify(code)}${suggestion(code, organizations)}`,
        });
      }
      refer(`${path}[${at}].roles`, "role", membership.roles, roles);
      refer(`${path}[${at}].permissions`, "permission", membership.permissions, permissions);
    });
  });
  return problems;
}

/** Whether a webhook may have this URL. `fetch` refuses URLs with a user, and would put the password into its error. */
function isOnThisMachine({ hostname, username, password }: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) && username === "" && password === "";
}

const TYPES: Record<FeatureFlagType, { words: string; fits: (value: unknown) => boolean }> = {
  boolean: { words: "true or false", fits: (value) => typeof value === "boolean" },
  integer: { words: "a whole number", fits: (value) => Number.isSafeInteger(value) },
  string: { words: "a string", fits: (value) => typeof value === "string" },
  json: { words: "an object or an array", fits: (value) => typeof value === "object" && value !== null },
};
