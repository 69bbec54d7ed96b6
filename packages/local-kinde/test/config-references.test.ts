import { describe, expect, it } from "vitest";
import { checkReferences } from "../src/config-references.ts";
import type { LocalKindeConfig } from "../src/index.ts";
import { testConfig } from "./support/config.ts";

function problemsOf(change: (config: LocalKindeConfig) => void): unknown {
  const config = testConfig();
  change(config);
  return checkReferences(config);
}

describe("checkReferences", () => {
  it("finds nothing wrong with a good config", () => {
    expect(problemsOf(() => {})).toEqual([]);
  });

  it.each<[string, (config: LocalKindeConfig) => void, string, string]>([
    [
      "redirect URI",
      (config) => config.applications[0]!.redirectUris.splice(0, 1, "http://["),
      "applications[0].redirectUris[0]",
      'must be a URL such as "http://localhost:5173", is "http://["',
    ],
    [
      "logout redirect URI",
      (config) => (config.applications[0]!.logoutRedirectUris = ["http://"]),
      "applications[0].logoutRedirectUris[0]",
      'must be a URL such as "http://localhost:5173", is "http://"',
    ],
    [
      "role",
      (config) => config.people[0]!.memberships[0]!.roles!.push("admn"),
      "people[0].memberships[0].roles[2]",
      'no role "admn"; did you mean "admin"?',
    ],
    [
      "role, far from all",
      (config) => config.people[0]!.memberships[0]!.roles!.push("zookeeper"),
      "people[0].memberships[0].roles[2]",
      'no role "zookeeper"',
    ],
    [
      "organization",
      (config) => (config.people[1]!.memberships[0]!.organization = "org_brich"),
      "people[1].memberships[0].organization",
      'no organization "org_brich"; did you mean "org_birch"?',
    ],
    [
      "permission of a role",
      (config) => config.roles![1]!.permissions.push("doc:raed"),
      "roles[1].permissions[1]",
      'no permission "doc:raed"; did you mean "doc:read"?',
    ],
    [
      "permission of a member",
      (config) => (config.people[1]!.memberships[0]!.permissions = ["x"]),
      "people[1].memberships[0].permissions[0]",
      'no permission "x"',
    ],
    [
      "plan of an organization",
      (config) => {
        config.plans = [{ key: "pro", entitlements: [] }];
        config.organizations[1]!.plans = ["pro", "prp"];
      },
      "organizations[1].plans[1]",
      'no plan "prp"; did you mean "pro"?',
    ],
    [
      "flag of an organization",
      (config) => (config.organizations[1]!.featureFlags = { bata: true }),
      "organizations[1].featureFlags.bata",
      'no feature flag "bata"; did you mean "beta"?',
    ],
    [
      "flag of a person",
      (config) => (config.people[1]!.featureFlags = { "be-ta": true }),
      'people[1].featureFlags["be-ta"]',
      'no feature flag "be-ta"; did you mean "beta"?',
    ],
  ])("names the path of an unknown %s", (_name, change, path, message) => {
    expect(problemsOf(change)).toEqual([{ path, message }]);
  });

  it.each<[string, (config: LocalKindeConfig) => void, string, string]>([
    [
      "boolean",
      (config) => (config.people[1]!.featureFlags = { beta: "true" }),
      "people[1].featureFlags.beta",
      'must be true or false, as declared in featureFlags, but is "true"',
    ],
    [
      "integer",
      (config) => (config.organizations[0]!.featureFlags = { seats: 1.5 }),
      "organizations[0].featureFlags.seats",
      "must be a whole number, as declared in featureFlags, but is 1.5",
    ],
    [
      "string",
      (config) => (config.featureFlags!["theme"]!.default = 1),
      "featureFlags.theme.default",
      "must be a string, is 1",
    ],
    [
      "json",
      (config) => (config.featureFlags!["limits"]!.default = null),
      "featureFlags.limits.default",
      "must be an object or an array, is null",
    ],
  ])("names the path of a flag that is no %s", (_name, change, path, message) => {
    expect(problemsOf(change)).toEqual([{ path, message }]);
  });

  it.each<[string, (config: LocalKindeConfig) => void, string, string]>([
    [
      "application",
      (config) => (config.applications[1]!.clientId = "app"),
      "applications[1].clientId",
      '"app" is already used by applications[0].clientId',
    ],
    ["role", (config) => (config.roles![1]!.key = "admin"), "roles[1].key", '"admin" is already used by roles[0].key'],
    [
      "organization",
      (config) => (config.organizations[2]!.code = "org_acme"),
      "organizations[2].code",
      '"org_acme" is already used by organizations[0].code',
    ],
    [
      "person",
      (config) => (config.people[2]!.id = "kp_ann"),
      "people[2].id",
      '"kp_ann" is already used by people[0].id',
    ],
    [
      "address",
      (config) => (config.people[2]!.email = "ANN@example.com"),
      "people[2].email",
      '"ann@example.com" is already used by people[0].email',
    ],
    [
      "membership",
      (config) => (config.people[0]!.memberships[1]!.organization = "org_acme"),
      "people[0].memberships[1].organization",
      '"org_acme" is already used by people[0].memberships[0].organization',
    ],
    [
      "plan",
      (config) => (config.plans = ["pro", "pro"].map((key) => ({ key, entitlements: [] }))),
      "plans[1].key",
      '"pro" is already used by plans[0].key',
    ],
    [
      "entitlement of a plan",
      (config) => (config.plans = [{ key: "pro", entitlements: [{ key: "rows" }, { key: "rows" }] }]),
      "plans[0].entitlements[1].key",
      '"rows" is already used by plans[0].entitlements[0].key',
    ],
    [
      "entitlement of an organization",
      (config) => config.organizations[0]!.entitlements!.push({ key: "rows" }),
      "organizations[0].entitlements[2].key",
      '"rows" is already used by organizations[0].entitlements[0].key',
    ],
  ])("names the path of a second %s", (_name, change, path, message) => {
    expect(problemsOf(change)).toContainEqual({ path, message });
  });

  it("names the path of an entitlement whose minimum is more than its maximum", () => {
    const rows = { key: "rows", minimum: 5, maximum: 4 };
    const message = "is 5, which is more than maximum, 4";
    expect(problemsOf((config) => (config.plans = [{ key: "pro", entitlements: [rows] }]))).toEqual([
      { path: "plans[0].entitlements[0].minimum", message },
    ]);
    expect(problemsOf((config) => (config.organizations[1]!.entitlements = [rows]))).toEqual([
      { path: "organizations[1].entitlements[0].minimum", message },
    ]);
    expect(problemsOf((config) => (config.organizations[1]!.entitlements = [{ ...rows, maximum: 5 }]))).toEqual([]);
  });

  it("takes any permission when none are listed", () => {
    expect(
      problemsOf((config) => {
        delete config.permissions;
        config.roles![0]!.permissions.push("anything");
      }),
    ).toEqual([]);
  });
});
