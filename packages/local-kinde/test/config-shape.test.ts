import { describe, expect, it } from "vitest";
import { checkShape } from "../src/config-shape.ts";
import { testConfig } from "./support/config.ts";

/** A good config with one value replaced, or taken away. */
function broken(path: (string | number)[], value?: unknown): unknown {
  const config: unknown = structuredClone(testConfig());
  const last = path.at(-1)!;
  let at: unknown = config;
  for (const key of path.slice(0, -1)) at = Reflect.get(Object(at), key);
  if (value === undefined) Reflect.deleteProperty(Object(at), last);
  else Reflect.set(Object(at), last, value);
  return config;
}

const URL_MEANING = "must be an absolute http or https URL without a fragment";

describe("checkShape", () => {
  it("finds nothing wrong with a good config", () => {
    expect(checkShape(testConfig())).toEqual({ config: testConfig() });
  });

  it("takes nothing that is not an object", () => {
    expect(checkShape(null).problems).toEqual([{ path: "", message: "must be an object, is null" }]);
    expect(checkShape([]).problems).toEqual([{ path: "", message: "must be an object, is an array" }]);
  });

  it.each<[string, (string | number)[], unknown, { path: string; message: string }]>([
    ["a missing setting", ["people", 1, "email"], undefined, { path: "people[1].email", message: "is required" }],
    [
      "a wrong type",
      ["people", 0, "memberships", 1, "roles"],
      "admin",
      { path: "people[0].memberships[1].roles", message: "must be an array, is a string" },
    ],
    [
      "a misspelt setting",
      ["applications", 0, "redirectUrls"],
      [],
      {
        path: "applications[0].redirectUrls",
        message: 'is not a known setting; did you mean "redirectUris"?',
      },
    ],
    [
      "a plan without entitlements",
      ["plans"],
      [{ key: "pro" }],
      { path: "plans[0].entitlements", message: "is required" },
    ],
    [
      "a limit that is a text",
      ["plans"],
      [{ key: "pro", entitlements: [{ key: "rows", maximum: "5" }] }],
      { path: "plans[0].entitlements[0].maximum", message: "must be a number, is a string" },
    ],
    [
      "an unknown word",
      ["featureFlags", "beta", "type"],
      "number",
      { path: "featureFlags.beta.type", message: 'must be one of "boolean", "integer", "string", "json"' },
    ],
    [
      "a near word",
      ["applications", 0, "claims"],
      { naming: "hasurra" },
      {
        path: "applications[0].claims.naming",
        message: 'must be one of "plain", "hasura"; did you mean "hasura"?',
      },
    ],
    [
      "a relative redirect URI",
      ["applications", 0, "redirectUris", 1],
      "/back",
      { path: "applications[0].redirectUris[1]", message: `${URL_MEANING}, is "/back"` },
    ],
    [
      "a redirect URI with a fragment",
      ["applications", 0, "redirectUris", 0],
      "http://a.test/#b",
      { path: "applications[0].redirectUris[0]", message: `${URL_MEANING}, is "http://a.test/#b"` },
    ],
    [
      "no redirect URI",
      ["applications", 0, "redirectUris"],
      [],
      { path: "applications[0].redirectUris", message: "must not be empty" },
    ],
    [
      "a key with a space",
      ["roles", 0, "key"],
      "my role",
      { path: "roles[0].key", message: 'must be without spaces, is "my role"' },
    ],
    [
      "a flag whose key is no name",
      ["featureFlags", "dark-mode"],
      { default: 1 },
      { path: 'featureFlags["dark-mode"].type', message: "is required" },
    ],
    [
      "a secret that Kinde's SDK refuses, without repeating it",
      ["applications", 0, "clientSecret"],
      "too-short",
      { path: "applications[0].clientSecret", message: "must be 40 to 60 letters and digits, as Kinde's are" },
    ],
    [
      "a lifetime that is none",
      ["applications", 0, "accessTokenLifetime"],
      0,
      { path: "applications[0].accessTokenLifetime", message: "must be >= 1" },
    ],
  ])("names the path of %s", (_name, path, value, problem) => {
    expect(checkShape(broken(path, value)).problems).toEqual([problem]);
  });

  it("lists all problems at once", () => {
    expect(checkShape({ applications: [{ clientId: 1 }], people: {} }).problems).toEqual(
      expect.arrayContaining([
        { path: "organizations", message: "is required" },
        { path: "applications[0].redirectUris", message: "is required" },
        { path: "applications[0].clientId", message: "must be a string, is a number" },
        { path: "people", message: "must be an array, is an object" },
      ]),
    );
  });
});
