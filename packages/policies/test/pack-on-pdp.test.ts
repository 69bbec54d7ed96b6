// The shared policies on a real PDP, with signed tokens that have plain or Hasura claim names.
import { type CreateTokenOptions, type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// The CLI starts the PDP. It depends on this package, so it cannot be a dependency of this package.
import { type Pdp, startPdp } from "../../cli/src/internal.ts";
import { type Assembled, assemble } from "./assemble.ts";
import { AUDIENCE, config, inOne, inTwo, modes } from "./world.ts";

const of = (orgCode: string): { kind: string; attr: object; actions: string[] }[] => [
  { kind: "kinde_doctor", attr: {}, actions: ["probe", "view"] },
  {
    kind: "project",
    attr: { orgCode, ownerId: "kp_bob", department: "finance" },
    actions: ["view", "edit", "delete", "bill", "archive"],
  },
  { kind: "report", attr: { orgCode, rows: 1000 }, actions: ["view", "export", "schedule", "run"] },
  { kind: "seat", attr: { orgCode, taken: 4 }, actions: ["view", "take"] },
  { kind: "export", attr: { orgCode, rows: 10 }, actions: ["create"] },
];

/** The rights of an administrator in org_one, and of a member in org_two. */
const ALL = [
  "kinde_doctor probe",
  "project view edit delete archive",
  "report view export schedule run",
  "seat view",
  "export",
];
const LITTLE = ["kinde_doctor probe", "project view", "report view", "seat view", "export"];
const AUTHENTICATED = ["kinde_doctor probe", "project", "report", "seat", "export"];
const NOTHING = ["kinde_doctor", "project", "report", "seat", "export"];

/** Claims of rights that a browser could send. */
const BOAST = {
  orgCode: "org_one",
  permissions: ["projects:edit", "exports:create"],
  featureFlags: { report_export: true, report_tier: "business", report_rows: 1e6 },
  userProperties: { department: "finance" },
  organizationProperties: { plan: "business" },
  entitlements: { seats: 100, exports: 1e6 },
};

interface Question {
  readonly token?: string;
  readonly id?: string;
  readonly roles?: readonly string[];
  readonly attr?: object;
  /** The organization of the resources. Default: org_one. */
  readonly org?: string;
  readonly pdp?: Pdp;
}

const withPayload = (token: string, change: object): string => {
  const [header, payload = "", signature] = token.split(".");
  const claims: object = JSON.parse(Buffer.from(payload, "base64url").toString());
  return [header, Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url"), signature].join(".");
};

describe.each(modes)("with strictEvaluation: %s", (strictEvaluation) => {
  let kinde: LocalKinde;
  let stranger: LocalKinde;
  let assembled: Assembled;
  let direct: Pdp;
  let behindGateway: Pdp;
  let unset: Pdp;

  beforeAll(async () => {
    assembled = assemble();
    kinde = await startLocalKinde({ config });
    stranger = await startLocalKinde({ config });
    const settings = { policies: assembled.folder, jwksUrl: `${kinde.url}/.well-known/jwks`, strictEvaluation };
    const globals = { issuer: kinde.url, clientId: ["web", "graph"], audience: AUDIENCE };
    [direct, behindGateway, unset] = await Promise.all([
      startPdp({ ...settings, globals }),
      startPdp({ ...settings, globals: { ...globals, behindGateway: true } }),
      startPdp({ ...settings, globals: { issuer: "", clientId: "" } }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([direct, behindGateway, unset].map((pdp) => pdp.stop()));
    await Promise.all([kinde, stranger].map((issuer) => issuer.close()));
    assembled[Symbol.dispose]();
  });

  /** Returns the status of a refusal, or what is allowed on each resource. */
  async function ask({
    token,
    id = "kp_ann",
    roles = ["user"],
    attr = {},
    org = "org_one",
    pdp = direct,
  }: Question): Promise<number | string[]> {
    const response = await fetch(`${pdp.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id, roles, attr },
        resources: of(org).map(({ kind, attr: known, actions }) => ({
          resource: { kind, id: "1", attr: known },
          actions,
        })),
        ...(token === undefined ? {} : { auxData: { jwt: { token } } }),
      }),
    });
    if (!response.ok) return response.status;
    const { results }: { results: { resource: { kind: string }; actions: Record<string, string> }[] } = JSON.parse(
      await response.text(),
    );
    return results.map(({ resource, actions }, at) => {
      const allowed = of(org)[at]!.actions.filter((action) => actions[action] === "EFFECT_ALLOW");
      return [resource.kind, ...allowed].join(" ");
    });
  }

  describe.each([
    ["plain", "web"],
    ["Hasura", "graph"],
  ])("a genuine token with %s names", (_, clientId) => {
    test("is allowed what its organization, roles, permissions, flags and properties allow", async () => {
      const token = await kinde.createToken({ ...inOne, clientId });
      expect(await ask({ token })).toEqual(ALL);
    });

    test("is allowed less in the other organization, where it has fewer rights", async () => {
      const token = await kinde.createToken({ ...inTwo, clientId });
      expect(await ask({ token, org: "org_two" })).toEqual(LITTLE);
    });

    test("is denied everything in the other organization, whatever the principal has", async () => {
      const one = await kinde.createToken({ ...inOne, clientId });
      expect(await ask({ token: one, attr: { ...BOAST, orgCode: "org_two" }, org: "org_two" })).toEqual(AUTHENTICATED);
      const two = await kinde.createToken({ ...inTwo, clientId });
      expect(await ask({ token: two, attr: BOAST })).toEqual(AUTHENTICATED);
    });

    test("has no more rights for roles and attributes that the principal adds", async () => {
      const token = await kinde.createToken({ ...inTwo, clientId });
      const roles = ["user", "admin", "billing_manager", "kinde_org_admin"];
      expect(await ask({ token, roles, attr: { ...BOAST, orgCode: "org_two" }, org: "org_two" })).toEqual(LITTLE);
    });

    test("is denied everything with another principal id", async () => {
      const token = await kinde.createToken({ ...inOne, clientId });
      expect(await ask({ token, id: "kp_bob", roles: ["admin"], attr: BOAST })).toEqual(NOTHING);
    });
  });

  describe("a token that is signed by Kinde", () => {
    test.each<[string, Record<string, unknown>, string[]]>([
      ["no audience, as after Kinde's switchOrg", { aud: [] }, ALL],
      ["our audience", { aud: [AUDIENCE] }, ALL],
      ["our audience among others", { aud: ["https://other.example.com", AUDIENCE] }, ALL],
      ["our audience as a text", { aud: AUDIENCE }, ALL],
      ["another audience", { aud: ["https://other.example.com"] }, NOTHING],
      ["our audience and another application", { aud: [AUDIENCE], azp: "foreign" }, NOTHING],
      ["our audience and no application", { aud: [AUDIENCE], azp: undefined }, NOTHING],
      ["what an id token has", { aud: ["web"], at_hash: "x", nonce: "y", scp: undefined }, NOTHING],
      [
        "what an id token has, its hash and nonce null",
        { aud: ["web"], at_hash: null, nonce: null, scp: undefined },
        NOTHING,
      ],
      ["its own application as the audience", { aud: ["web"] }, NOTHING],
      ["its own application as the audience, as a text", { aud: "web" }, NOTHING],
      ["its own application beside our audience", { aud: [AUDIENCE, "web"] }, NOTHING],
      ["the hash of an access token", { at_hash: "x" }, NOTHING],
      ["an empty hash", { at_hash: "" }, NOTHING],
      ["a nonce", { nonce: "y" }, NOTHING],
      ["an empty nonce", { nonce: "" }, NOTHING],
      ["no scopes", { scp: undefined }, NOTHING],
      ["scopes of null", { scp: null }, NOTHING],
      ["scopes as a text", { scp: "openid" }, NOTHING],
      ["an empty list of scopes", { scp: [] }, ALL],
      // The PDP removes these two claims, so policies see an access token. The gateway refuses it.
      ["a hash and a nonce of null, and all else of an access token", { at_hash: null, nonce: null }, ALL],
      ["another application and no audience", { aud: [], azp: "foreign" }, NOTHING],
      ["no application and no audience", { aud: [], azp: undefined }, NOTHING],
      ["another issuer", { iss: "https://elsewhere.kinde.com" }, NOTHING],
      ["an issuer with a slash at its end", { iss: "http://localhost/" }, NOTHING],
      ["no issuer", { iss: undefined }, NOTHING],
      ["an issuer of null", { iss: null }, NOTHING],
      ["no subject", { sub: undefined }, NOTHING],
      ["another subject", { sub: "kp_bob" }, NOTHING],
      ["no end", { exp: undefined }, NOTHING],
      ["no organization", { org_code: undefined }, AUTHENTICATED],
      ["an organization of null", { org_code: null }, AUTHENTICATED],
    ])("with %s", async (_, claims, allowed) => {
      expect(await ask({ token: await kinde.createToken({ ...inOne, claims }) })).toEqual(allowed);
    });

    test.each<[string, object, string]>([
      ["the text 'false' in the place of a boolean", { report_export: { t: "s", v: "false" } }, "report view"],
      ["the text 'true'", { report_export: { t: "s", v: "true" } }, "report view"],
      ["the text 'true' that is said to be a boolean", { report_export: { t: "b", v: "true" } }, "report view"],
      ["the number 1", { report_export: { t: "i", v: 1 } }, "report view"],
      ["true", { report_export: { t: "b", v: true } }, "report view export"],
      ["true in the place of a text", { report_tier: { t: "b", v: true } }, "report view"],
      ["a text in the place of a number", { report_rows: { t: "s", v: "1000" } }, "report view"],
      ["a number", { report_rows: { t: "i", v: 1000 } }, "report view run"],
    ])("with a flag of %s", async (_, feature_flags, allowed) => {
      expect(await ask({ token: await kinde.createToken({ ...inOne, claims: { feature_flags } }) })).toContain(allowed);
    });

    test("and has expired is refused", async () => {
      expect(await ask({ token: await kinde.createToken({ ...inOne, lifetime: -60 }) })).toBe(400);
    });
  });

  describe("a token that is not", () => {
    test("is refused, with a genuine one's signature too", async () => {
      const token = await kinde.createToken(inTwo);
      expect(await ask({ token, org: "org_two" })).toEqual(LITTLE);
      expect(
        await ask({
          token: withPayload(token, { roles: [{ id: "1", key: "admin", name: "Administrator" }] }),
          org: "org_two",
        }),
      ).toBe(400);
    });

    test("is refused if another issuer signed it in Kinde's name", async () => {
      expect(await ask({ token: await stranger.createToken({ ...inOne, claims: { iss: kinde.url } }) })).toBe(400);
    });
  });

  test("without a token, everything is denied", async () => {
    expect(await ask({ roles: ["admin"], attr: BOAST })).toEqual(NOTHING);
  });

  test("entitlements are used only if a gateway creates the principal, with a token", async () => {
    const token = await kinde.createToken(inOne);
    const attr = { entitlements: { seats: 5, exports: null } };
    const entitled = ALL.with(3, "seat view take").with(4, "export create");
    expect(await ask({ token, attr, pdp: behindGateway })).toEqual(entitled);
    expect(await ask({ token, attr: { entitlements: { seats: 5, exports: 10 } }, pdp: behindGateway })).toEqual(
      entitled,
    );
    expect(await ask({ token, attr: { entitlements: { seats: 4, exports: 9 } }, pdp: behindGateway })).toEqual(ALL);
    expect(await ask({ token, attr, id: "kp_bob", pdp: behindGateway })).toEqual(NOTHING);
    expect(await ask({ attr, pdp: behindGateway })).toEqual(NOTHING);
    expect(await ask({ token, attr })).toEqual(ALL);
  });

  test("the shared schemas are found, and resources that do not match them are denied", async () => {
    const token = await kinde.createToken(inOne);
    const response = await fetch(`${direct.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id: "kp_ann", roles: ["user"], attr: { permissions: "all" } },
        resources: [
          {
            resource: { kind: "project", id: "1", attr: { orgCode: "", ownerId: "kp_ann", department: "x", more: 1 } },
            actions: ["view"],
          },
        ],
        auxData: { jwt: { token } },
      }),
    });
    const { results }: { results: object[] } = JSON.parse(await response.text());
    expect(results[0]).toMatchObject({
      actions: { view: "EFFECT_DENY" },
      validationErrors: expect.arrayContaining([
        { path: "/permissions", message: expect.any(String), source: "SOURCE_PRINCIPAL" },
        { path: "/orgCode", message: expect.any(String), source: "SOURCE_RESOURCE" },
        { path: "/", message: expect.stringContaining("more"), source: "SOURCE_RESOURCE" },
      ]),
    });
  });

  test("the doctor's probe allows no attributes, so that the doctor sees whether schemas are enforced", async () => {
    const probe = { kind: "kinde_doctor", id: "1" };
    const response = await fetch(`${direct.url}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id: "kp_ann", roles: ["user"] },
        resources: [
          { resource: probe, actions: ["probe"] },
          { resource: { ...probe, attr: { more: 1 } }, actions: ["probe"] },
        ],
        auxData: { jwt: { token: await kinde.createToken(inOne) } },
      }),
    });
    const { results }: { results: object[] } = JSON.parse(await response.text());
    expect(results).toMatchObject([
      { actions: { probe: "EFFECT_ALLOW" } },
      {
        actions: { probe: "EFFECT_DENY" },
        validationErrors: [{ path: "/", message: expect.stringContaining("more"), source: "SOURCE_RESOURCE" }],
      },
    ]);
    expect(results[0]).not.toHaveProperty("validationErrors");
  });

  test("a PDP with empty settings accepts no token", async () => {
    expect(await ask({ token: await kinde.createToken(inOne), pdp: unset })).toEqual(NOTHING);
    expect(
      await ask({ token: await kinde.createToken({ ...inOne, claims: { iss: null, azp: "", aud: [] } }), pdp: unset }),
    ).toEqual(NOTHING);
  });

  /** The condition on projects, as readable text from Cerbos. */
  async function plan(options: CreateTokenOptions, action: string, attr: object = {}): Promise<string> {
    const response = await fetch(`${direct.url}/api/plan/resources`, {
      method: "POST",
      body: JSON.stringify({
        principal: { id: "kp_ann", roles: ["user"], attr: {} },
        resource: { kind: "project", attr },
        action,
        includeMeta: true,
        auxData: { jwt: { token: await kinde.createToken(options) } },
      }),
    });
    const { meta }: { meta: { filterDebug: string } } = JSON.parse(await response.text());
    return meta.filterDebug;
  }

  describe("plans", () => {
    const inOrgOne = '(eq "org_one" request.resource.attr.orgCode)';

    test("are for the token's organization", async () => {
      expect(await plan(inOne, "view")).toBe(inOrgOne);
      expect(await plan(inOne, "view", { orgCode: "org_one" })).toBe("(true)");
      expect(await plan(inOne, "view", { orgCode: "org_two" })).toBe("(false)");
    });

    test("have the remaining conditions", async () => {
      expect(await plan(inOne, "archive")).toBe(`(and (eq "finance" request.resource.attr.department) ${inOrgOne})`);
      expect(await plan(inTwo, "edit", { orgCode: "org_two" })).toBe('(eq "kp_ann" request.resource.attr.ownerId)');
    });

    test("deny if the token is not accepted", async () => {
      expect(await plan({ ...inOne, claims: { iss: "https://elsewhere.kinde.com" } }, "view")).toBe("(false)");
    });

    test("deny if the token has no organization", async () => {
      expect(await plan({ ...inOne, claims: { org_code: undefined } }, "view")).toBe("(false)");
      expect(await plan({ ...inOne, claims: { org_code: "" } }, "edit", { ownerId: "kp_ann" })).toBe("(false)");
    });
  });
});
