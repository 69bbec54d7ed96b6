import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ApplicationConfig, startLocalKinde } from "../src/index.ts";
import { Browser, claimsOf, type Tokens } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

afterEach(() => {
  vi.useRealTimers();
});

const EVERY_CLAIM: ApplicationConfig["claims"] = {
  include: ["roles", "email", "org_name", "external_organization_id", "user_properties", "organization_properties"],
};

const PLAIN_NAMES = [
  "aud",
  "azp",
  "exp",
  "external_organization_id",
  "iat",
  "iss",
  "jti",
  "organization_properties",
  "scp",
  "sub",
  "user_properties",
];

async function signedIn(
  application: Partial<ApplicationConfig> = {},
  options = {},
): Promise<{ tokens: Tokens; url: string }> {
  await using kinde = await startLocalKinde({ config: testConfig(application) });
  return { tokens: await new Browser(kinde).signIn({ person: "kp_ann", ...options }), url: kinde.url };
}

describe("the access token", () => {
  it("has exactly Kinde's claims and types when the application opts into nothing", async () => {
    const { tokens, url } = await signedIn();
    const claims = claimsOf(tokens.access_token);
    expect(claims).toEqual({
      iss: url,
      sub: "kp_ann",
      azp: "app",
      aud: [],
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
      scp: ["openid", "profile", "email", "offline"],
      org_code: "org_acme",
      permissions: ["doc:read", "doc:write", "doc:export"],
      feature_flags: {
        beta: { t: "b", v: true },
        seats: { t: "i", v: 3 },
        theme: { t: "s", v: "sepia" },
        limits: { t: "j", v: { rows: 10 } },
      },
    });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(86_400);
  });

  it("adds what the application opts into", async () => {
    const plain = claimsOf((await signedIn()).tokens.access_token);
    const claims = claimsOf((await signedIn({ claims: EVERY_CLAIM })).tokens.access_token);
    const added = Object.fromEntries(Object.entries(claims).filter(([name]) => !(name in plain)));
    expect(added).toEqual({
      roles: [
        { id: "role_admin", key: "admin", name: "Administrator" },
        { id: "role_viewer", key: "viewer", name: "Viewer" },
      ],
      email: "ann@example.com",
      org_name: "Acme",
      external_organization_id: "acme-1",
      user_properties: { team: { v: "blue" } },
      organization_properties: { tier: { v: "gold" } },
    });
  });

  it("has empty lists, not missing ones, for a member without rights", async () => {
    const config = testConfig({ claims: EVERY_CLAIM });
    config.people[0]!.memberships = [{ organization: "org_birch" }];
    await using kinde = await startLocalKinde({ config });
    const claims = claimsOf(await kinde.createToken({ person: "kp_ann" }));
    expect(claims).toMatchObject({ roles: [], permissions: [], organization_properties: {} });
    expect(claims).not.toHaveProperty("external_organization_id");
  });

  it("names claims for Hasura in place of the plain names", async () => {
    const { tokens } = await signedIn({ claims: { ...EVERY_CLAIM, naming: "hasura" } });
    const names = Object.keys(claimsOf(tokens.access_token)).toSorted();
    expect(names).toEqual(
      [
        ...PLAIN_NAMES,
        ...["email", "feature-flags", "org-code", "org-name", "permissions", "roles"].map((name) => `x-hasura-${name}`),
      ].toSorted(),
    );
    expect(claimsOf(tokens.access_token)["x-hasura-org-code"]).toBe("org_acme");
  });

  it("lives as long as the application says, and expires_in agrees", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens } = await signedIn({ accessTokenLifetime: 45 });
    const { exp, iat } = claimsOf(tokens.access_token);
    expect([Number(exp) - Number(iat), tokens.expires_in]).toEqual([45, 45]);
  });

  it("takes a flag from the person, else the organization, else the environment", async () => {
    await using kinde = await startLocalKinde({ config: testConfig() });
    const themes = await Promise.all(
      [
        { person: "kp_ann", organization: "org_acme" },
        { person: "kp_ann", organization: "org_birch" },
        { person: "kp_bob", organization: "org_birch" },
      ].map(async (subject) => claimsOf(await kinde.createToken(subject))["feature_flags"]),
    );
    expect(themes).toEqual([
      expect.objectContaining({ theme: { t: "s", v: "sepia" }, beta: { t: "b", v: true } }),
      expect.objectContaining({ theme: { t: "s", v: "sepia" }, beta: { t: "b", v: false } }),
      expect.objectContaining({ theme: { t: "s", v: "light" }, beta: { t: "b", v: false } }),
    ]);
  });
});

describe("the id token", () => {
  it("has exactly Kinde's claims and types", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { tokens, url } = await signedIn();
    const claims = claimsOf(tokens.id_token);
    expect(claims).toEqual({
      iss: url,
      sub: "kp_ann",
      azp: "app",
      aud: ["app"],
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
      nonce: "the-nonce",
      at_hash: createHash("sha256").update(tokens.access_token).digest().subarray(0, 16).toString("base64url"),
      auth_time: expect.any(Number),
      rat: expect.any(Number),
      updated_at: expect.any(Number),
      email: "ann@example.com",
      email_verified: true,
      name: "Ann Lee",
      given_name: "Ann",
      family_name: "Lee",
      picture: "https://example.com/ann.png",
      org_codes: ["org_acme", "org_birch"],
      organizations: [
        { id: "org_acme", name: "Acme" },
        { id: "org_birch", name: "Birch & Sons" },
      ],
    });
    expect(Number(claims["auth_time"])).toBeGreaterThanOrEqual(before);
  });

  it("keeps the standard claims under Hasura naming", async () => {
    const claims = claimsOf((await signedIn({ claims: { naming: "hasura" } })).tokens.id_token);
    expect(claims).toMatchObject({
      email: "ann@example.com",
      "x-hasura-org-codes": ["org_acme", "org_birch"],
    });
    expect(claims).not.toHaveProperty("org_codes");
  });
});
