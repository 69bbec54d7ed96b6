import type { ApplicationConfig, LocalKindeConfig } from "../../src/index.ts";

export const APP = "http://localhost:5173";

/** Two organizations that share Ann, one that nobody belongs to, and two applications. */
export function testConfig(application: Partial<ApplicationConfig> = {}): LocalKindeConfig {
  return {
    applications: [
      {
        clientId: "app",
        name: "Papers",
        redirectUris: [APP, `${APP}/silent.html`],
        logoutRedirectUris: [APP],
        audiences: ["https://api.test", "https://other.test"],
        ...application,
      },
      { clientId: "second", redirectUris: ["http://localhost:5174/back"] },
    ],
    featureFlags: {
      beta: { type: "boolean", default: false },
      seats: { type: "integer", default: 3 },
      theme: { type: "string", default: "light" },
      limits: { type: "json", default: { rows: 10 } },
    },
    permissions: [{ key: "doc:read", name: "Read" }, { key: "doc:write" }, { key: "doc:export" }],
    roles: [
      { key: "admin", name: "Administrator", permissions: ["doc:read", "doc:write"] },
      { key: "viewer", name: "Viewer", permissions: ["doc:read"] },
    ],
    organizations: [
      {
        code: "org_acme",
        name: "Acme",
        externalId: "acme-1",
        featureFlags: { beta: true, theme: "dark" },
        properties: { tier: "gold" },
        entitlements: [{ key: "rows", name: "Rows", maximum: 100 }, { key: "seats" }],
      },
      { code: "org_birch", name: "Birch & Sons" },
      { code: "org_closed", name: "Closed" },
    ],
    people: [
      {
        id: "kp_ann",
        email: "ann@example.com",
        givenName: "Ann",
        familyName: "Lee",
        picture: "https://example.com/ann.png",
        featureFlags: { theme: "sepia" },
        properties: { team: "blue" },
        memberships: [
          { organization: "org_acme", roles: ["admin", "viewer"], permissions: ["doc:export"] },
          { organization: "org_birch", roles: ["viewer"] },
        ],
      },
      {
        id: "kp_bob",
        email: "bob@example.com",
        givenName: "Bob <b>",
        familyName: "O'Neil",
        memberships: [{ organization: "org_birch", roles: ["viewer"] }],
      },
      { id: "kp_nil", email: "nil@example.com", givenName: "Nil", familyName: "None", memberships: [] },
    ],
  };
}
