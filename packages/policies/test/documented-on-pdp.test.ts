// Each documented condition and policy on a real PDP, with requests that must be denied.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthorizer, createSession, type JsonValue, matchesPlan } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// The CLI starts the PDP. It depends on this package, so it cannot be a dependency of this package.
import { type Pdp, startPdp } from "../../cli/src/internal.ts";
import { policyDirectory } from "../src/index.ts";
import { readDocumented } from "./documented-conditions.ts";
import { config, inOne, modes } from "./world.ts";

type Attributes = { [name: string]: JsonValue };

/** An action on a kind, and the file that documents its condition. */
interface Question {
  readonly what: string;
  readonly kind: string;
  readonly action: string;
  readonly needsOrganization: boolean;
}

const HOME = "org_strict";

/** Every right that a documented condition requires. */
const EVERYTHING = {
  org_code: HOME,
  email: "ann@example.com",
  permissions: [
    "invoices:approve",
    "projects:edit",
    "tickets:close",
    "documents:edit",
    "exports:create",
    "statements:export",
    "products:write",
    "prices:write",
    "letters:edit",
    "folders:edit",
    "contracts:archive",
  ],
  roles: ["admin", "reviewer", "supervisor", "billing_manager", "support"].map((key) => ({ id: key, key, name: key })),
  feature_flags: {
    invoice_export: { t: "b", v: true },
    report_export: { t: "b", v: true },
    external_sharing: { t: "b", v: true },
    exports: { t: "b", v: true },
    beta: { t: "b", v: true },
    key: { t: "b", v: true },
    statement_tier: { t: "s", v: "business" },
    tier: { t: "s", v: "gold" },
    report_tier: { t: "s", v: "business" },
    rows: { t: "i", v: 10 },
    report_rows: { t: "i", v: 10 },
  },
  user_properties: { department: { v: "finance" }, regions: { v: "north,south" } },
  organization_properties: { plan: { v: "business" } },
};

/** Whether `test:all` or `test:oldest-cerbos` runs, nightly: in all modes of that Cerbos, and with all values. */
const IS_NIGHT = process.env["NIGHTLY"] !== undefined;

/** All rights, in a principal that its sender chose. */
const principal = {
  id: "kp_ann",
  roles: ["user", ...EVERYTHING.roles.map(({ key }) => key)],
  attr: {
    orgCode: HOME,
    permissions: EVERYTHING.permissions,
    entitlements: { seats: 10, single_sign_on: null, exports: 10, custom_branding: null, pro: null },
  },
};

/** Attributes for which a genuine token is allowed something: a document of its user, and one of another user. */
const OWN: Attributes = {
  orgCode: HOME,
  ownerId: "kp_ann",
  email: "ann@example.com",
  department: "finance",
  state: "draft",
  rows: 1,
  taken: 1,
  seatsTaken: 1,
  region: "north",
  supportConsent: true,
};
const RIGHT: readonly Attributes[] = [
  OWN,
  { ...OWN, ownerId: "kp_bob" },
  // A document that its owner submitted.
  { ...OWN, ownerId: "kp_bob", state: "submitted" },
];

/** Values that could equal a missing value. */
const EMPTY: readonly JsonValue[] = IS_NIGHT
  ? ["", null, [], {}, 0, false, [""], { "": "" }, "0s"]
  : ["", null, [], false];

const CASES: readonly Attributes[] = [
  ...RIGHT,
  {},
  ...EMPTY.map((empty) => Object.fromEntries(Object.keys(OWN).map((name) => [name, empty]))),
  ...Object.keys(OWN).flatMap((name) =>
    EMPTY.map((empty) => Object.fromEntries([...Object.entries(OWN), [name, empty]])),
  ),
];

const documented = readDocumented();
const files = new Map<string, object>();
const questions: Question[] = [];

/** Kinds that also have a policy with the organization's scope. */
const scoped = new Set<string>();

for (const [expression, file] of documented.conditions) {
  const kind = `condition_${questions.length}`;
  const rule = { actions: ["ask"], effect: "EFFECT_ALLOW", roles: ["*"], condition: { match: { expr: expression } } };
  const policy = { resource: kind, version: "default", variables: { import: ["kinde_token"] }, rules: [rule] };
  files.set(kind, { apiVersion: "api.cerbos.dev/v1", resourcePolicy: policy });
  if (expression.includes("scope")) {
    files.set(`${kind}_scoped`, { apiVersion: "api.cerbos.dev/v1", resourcePolicy: { ...policy, scope: HOME } });
    scoped.add(kind);
  }
  const needsOrganization = /kinde_org_(code|member)/.test(expression);
  questions.push({ what: `${expression} (${file})`, kind, action: "ask", needsOrganization });
}

for (const { file, policy } of documented.policies) {
  if (file.startsWith("packages/policies/policies/")) continue;
  const { resourcePolicy } = policy;
  const name = `policy_${files.size}`;
  if (!resourcePolicy) {
    files.set(name, policy);
    continue;
  }
  const { resource, scope, rules } = resourcePolicy;
  const kind = kindOn(file, resource);
  // Without schemas, because they could deny before the conditions decide.
  files.set(name, { ...policy, resourcePolicy: { ...resourcePolicy, resource: kind, schemas: undefined } });
  if (scope === HOME) scoped.add(kind);
  for (const action of new Set(rules.flatMap(({ actions }) => actions))) {
    questions.push({ what: `${action} of ${resource} (${file})`, kind, action, needsOrganization: true });
  }
}

/** Two pages may have policies for one kind. */
function kindOn(file: string, resource: string): string {
  return file.endsWith(".md") ? `${file.replaceAll(/\W/g, "_")}_${resource}` : resource;
}

/** By day, strict evaluation on the newest Cerbos. At night, `test:all` has both modes there. */
const tested = IS_NIGHT ? modes : modes.slice(0, 1);

describe.each(tested)("with strictEvaluation: %s", (strictEvaluation) => {
  let kinde: LocalKinde;
  let folder: string;
  let pdp: Pdp;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-documented-"));
    cpSync(policyDirectory, join(folder, "kinde"), { recursive: true });
    rmSync(join(folder, "kinde/doctor.yaml"));
    for (const [name, policy] of files) writeFileSync(join(folder, `${name}.json`), JSON.stringify(policy));
    kinde = await startLocalKinde({ config });
    pdp = await startPdp({
      policies: folder,
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      // Entitlements of the principal are used. Even they need a token.
      globals: { issuer: kinde.url, clientId: "web", behindGateway: true },
      requestLimits: { maxResourcesPerRequest: 500 },
      strictEvaluation,
    });
  });

  afterAll(async () => {
    await pdp.stop();
    await kinde.close();
    rmSync(folder, { recursive: true });
  });

  const genuine = (claims: object = {}): Promise<string> =>
    kinde.createToken({ ...inOne, claims: { ...EVERYTHING, ...claims } });

  /** Returns which actions are allowed for which attributes, without a scope and with the organization's scope. */
  async function allowed(token: string | undefined, asked: readonly Question[]): Promise<string[]> {
    const found: string[] = [];
    for (const { what, kind, action } of asked) {
      const scopes = scoped.has(kind) ? ["", HOME] : [""];
      const entries = CASES.flatMap((attr) =>
        scopes.map((scope) => ({ resource: { kind, id: "1", attr, scope }, actions: [action] })),
      );
      const auxData = token === undefined ? undefined : { jwt: { token } };
      const response = await fetch(`${pdp.url}/api/check/resources`, {
        method: "POST",
        body: JSON.stringify({ principal, resources: entries, auxData }),
      });
      expect(response.status).toBe(200);
      const { results }: { results: { actions: { [action: string]: string } }[] } = JSON.parse(await response.text());
      expect(results).toHaveLength(entries.length);
      for (const [at, { actions }] of results.entries()) {
        if (actions[action] !== "EFFECT_DENY") found.push(`${what}: ${JSON.stringify(entries[at]?.resource)}`);
      }
    }
    return found;
  }

  /** Returns which actions a plan allows, for all or some of the attributes. */
  async function planned(token: string | undefined, asked: readonly Question[]): Promise<string[]> {
    const client = createFetchPdp(pdp.url);
    const session = await createSession(token ?? null);
    // The sender chooses the principal. Here it belongs to no user.
    const authorizer = createAuthorizer({
      session,
      pdp: { ...client, planResources: (request, options) => client.planResources({ ...request, principal }, options) },
    });
    const found: string[] = [];
    for (const { what, kind, action } of asked) {
      const plan = await authorizer.plan({ kind, action });
      const matching = CASES.filter(
        (attr) => matchesPlan(plan, { kind, id: "1", attr }, { strictEvaluation }) === true,
      );
      if (plan.kind === "ALWAYS_ALLOWED" || matching.length > 0) {
        found.push(`${what}: ${plan.kind} ${JSON.stringify(matching)}`);
      }
    }
    return found;
  }

  /** Requests that must be denied. */
  const others: readonly (readonly [who: string, token: () => Promise<string> | undefined])[] = [
    ["nobody, without a token", () => undefined],
    ["another application's token", () => genuine({ azp: "foreign" })],
    ["another user's token", () => genuine({ sub: "kp_bob" })],
    ["a token of another issuer", () => genuine({ iss: "https://elsewhere.kinde.com" })],
    ["an id token", () => genuine({ aud: ["web"], scp: undefined, nonce: "x" })],
  ];

  test("a genuine token is allowed each action with the right attributes", async () => {
    const found = await allowed(await genuine(), questions);
    const never = questions.filter(({ what }) => !found.some((each) => each.startsWith(`${what}: `)));
    expect(never.map(({ what }) => what)).toEqual([]);
  });

  test.each(others)("%s is allowed none of them, whatever the attributes", async (_, token) => {
    expect(await allowed(await token(), questions)).toEqual([]);
  });

  test.each(others)("%s has no plan that allows one of them", async (_, token) => {
    expect(await planned(await token(), questions)).toEqual([]);
  });

  test("a genuine token without an organization is denied everything that requires one", async () => {
    const asking = questions.filter(({ needsOrganization }) => needsOrganization);
    for (const org_code of [undefined, null, ""]) {
      const token = await genuine({ org_code });
      expect(await allowed(token, asking)).toEqual([]);
      expect(await planned(token, asking)).toEqual([]);
    }
  });
});

test("all documentation files are read", () => {
  const places = new Set([...documented.conditions.values(), ...documented.policies.map(({ file }) => file)]);
  for (const place of ["docs/guides/policies.md", "docs/quick-start.md", "packages/policies/README.md"]) {
    expect(places).toContain(place);
  }
  for (const condition of ["R.attr.ownerId == V.kinde_user_id", "V.kinde_org_member"]) {
    expect([...documented.conditions.keys()]).toContain(condition);
  }
});
