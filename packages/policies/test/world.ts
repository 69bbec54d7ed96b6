// One company's Kinde data for the tests of the shared policies on a PDP.
import { type CreateTokenOptions, type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
// The CLI starts the PDP. It depends on this package, so it cannot be a dependency of this package.
import { hasStrictEvaluation } from "../../cli/src/internal.ts";

/** The evaluation modes that this Cerbos has: whether it is strict. */
export const modes = hasStrictEvaluation() ? [true, false] : [false];

export const AUDIENCE = "https://api.example.com";

const application = (clientId: string, naming: "plain" | "hasura"): LocalKindeConfig["applications"][number] => ({
  clientId,
  redirectUris: ["http://localhost:5173"],
  audiences: [AUDIENCE],
  claims: { naming, include: ["roles", "user_properties", "organization_properties"] },
});

export const config: LocalKindeConfig = {
  applications: [application("web", "plain"), application("graph", "hasura"), application("foreign", "plain")],
  roles: [
    { key: "admin", name: "Administrator", permissions: ["projects:edit", "exports:create"] },
    { key: "member", name: "Member", permissions: [] },
  ],
  featureFlags: {
    report_export: { type: "boolean", default: false },
    report_tier: { type: "string", default: "starter" },
    report_rows: { type: "integer", default: 100 },
  },
  organizations: [
    {
      code: "org_one",
      name: "One",
      properties: { plan: "business" },
      featureFlags: { report_export: true, report_tier: "business", report_rows: 1000 },
    },
    { code: "org_two", name: "Two", properties: { plan: "starter" } },
  ],
  people: [
    {
      id: "kp_ann",
      email: "ann@example.com",
      givenName: "Ann",
      familyName: "Other",
      properties: { department: "finance" },
      memberships: [
        { organization: "org_one", roles: ["admin"] },
        { organization: "org_two", roles: ["member"] },
      ],
    },
  ],
};

export const inOne: CreateTokenOptions = { person: "kp_ann", organization: "org_one", clientId: "web" };
export const inTwo: CreateTokenOptions = { ...inOne, organization: "org_two" };
