import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser, json } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

let kinde: LocalKinde;
let token: string;
beforeAll(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
  token = await kinde.createToken({ person: "kp_ann" });
});
afterAll(() => kinde.close());

const get = (path: string, bearer: string = token): Promise<Response> =>
  fetch(`${kinde.url}/${path}`, { headers: { authorization: `Bearer ${bearer}` } });
async function portalFor(back: string): Promise<string> {
  const { url } = await json(get(`account_api/v1/portal_link?subnav=profile&return_url=${encodeURIComponent(back)}`));
  return (await fetch(String(url))).text();
}
/** As in Kinde: the last page has a cursor too. */
const WHOLE = { has_more: false, next_page_starting_after: "permission_doc:export" };

describe("account_api/v1", () => {
  it("lists permissions, roles, feature flags and entitlements in the shapes js-utils reads", async () => {
    expect(await json(get("account_api/v1/permissions"))).toEqual({
      metadata: WHOLE,
      data: {
        org_code: "org_acme",
        permissions: [
          { id: "permission_doc:read", key: "doc:read", name: "Read", description: "" },
          { id: "permission_doc:write", key: "doc:write", name: "doc:write", description: "" },
          { id: "permission_doc:export", key: "doc:export", name: "doc:export", description: "" },
        ],
      },
    });
    expect(await json(get("account_api/v1/roles"))).toMatchObject({
      data: {
        org_code: "org_acme",
        roles: [{ id: "role_admin", key: "admin", name: "Administrator" }, { key: "viewer" }],
      },
    });
    expect(await json(get("account_api/v1/feature_flags"))).toMatchObject({
      data: {
        feature_flags: expect.arrayContaining([
          { id: "flag_theme", key: "theme", name: "theme", type: "string", value: "sepia" },
        ]),
      },
    });
    expect(await json(get("account_api/v1/entitlements"))).toMatchObject({
      data: {
        org_code: "org_acme",
        plans: [],
        entitlements: [
          {
            id: "entitlement_rows",
            feature_key: "rows",
            feature_name: "Rows",
            price_name: "rows",
            unit_amount: 0,
            fixed_charge: 0,
            entitlement_limit_max: 100,
            entitlement_limit_min: null,
          },
          { feature_key: "seats", entitlement_limit_max: null },
        ],
      },
    });
  });

  it("answers for one permission and one entitlement", async () => {
    expect(await json(get("account_api/v1/permission/doc%3Aread"))).toEqual({
      permissionKey: "doc:read",
      orgCode: "org_acme",
      isGranted: true,
    });
    expect(await json(get("account_api/v1/permission/doc%3Ashred"))).toMatchObject({ isGranted: false });
    expect(await json(get("account_api/v1/entitlement/rows"))).toMatchObject({
      data: { org_code: "org_acme", entitlement: { feature_key: "rows", entitlement_limit_max: 100 } },
    });
    expect((await get("account_api/v1/entitlement/nothing")).status).toBe(404);
    expect((await get("account_api/v1/nothing")).status).toBe(404);
  });

  it("goes through the pages, each row once", async () => {
    expect(await json(get("account_api/v1/permissions?page_size=2"))).toMatchObject({
      metadata: { has_more: true, next_page_starting_after: "permission_doc:write" },
      data: { org_code: "org_acme", permissions: [{ key: "doc:read" }, { key: "doc:write" }] },
    });
    expect(await json(get("account_api/v1/permissions?page_size=2&starting_after=permission_doc:write"))).toMatchObject(
      {
        metadata: WHOLE,
        data: { org_code: "org_acme", permissions: [{ key: "doc:export" }] },
      },
    );
  });

  it("gives the entitlements of the organization's plans, then its own, which replace those of its plans", async () => {
    const config = testConfig();
    config.plans = [
      { key: "starter", name: "Starter", entitlements: [{ key: "rows", name: "Rows", maximum: 10 }] },
      {
        key: "pro",
        entitlements: [{ key: "rows", maximum: 50, minimum: 1 }, { key: "exports" }, { key: "seats", maximum: 5 }],
      },
      { key: "unused", entitlements: [{ key: "everything" }] },
    ];
    config.organizations[1]!.plans = ["starter", "pro"];
    config.organizations[1]!.entitlements = [{ key: "seats", maximum: 7 }];
    await using planned = await startLocalKinde({ config });
    const bearer = await planned.createToken({ person: "kp_ann", organization: "org_birch" });
    const ask = (path: string) =>
      fetch(`${planned.url}/account_api/v1/${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    expect(await json(ask("entitlements"))).toMatchObject({
      metadata: { has_more: false },
      data: {
        org_code: "org_birch",
        plans: [
          { key: "starter", subscribed_on: "2026-01-01T00:00:00Z" },
          { key: "pro", subscribed_on: "2026-01-01T00:00:00Z" },
        ],
        entitlements: [
          { feature_key: "rows", entitlement_limit_max: 50, entitlement_limit_min: 1 },
          { feature_key: "exports", entitlement_limit_max: null },
          { feature_key: "seats", entitlement_limit_max: 7 },
        ],
      },
    });
    expect(await json(ask("entitlement/seats"))).toMatchObject({ data: { entitlement: { entitlement_limit_max: 7 } } });
    expect((await ask("entitlement/everything")).status).toBe(404);
  });

  it("pages without being asked when there are many", async () => {
    const config = testConfig();
    const keys = Array.from({ length: 23 }, (_, index) => `p${index}`);
    delete config.permissions;
    config.people[0]!.memberships[0] = { organization: "org_acme", permissions: keys };
    await using many = await startLocalKinde({ config });
    const bearer = await many.createToken({ person: "kp_ann" });
    const response = await fetch(`${many.url}/account_api/v1/permissions`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect(await json(response)).toMatchObject({
      metadata: { has_more: true, next_page_starting_after: "permission_p9" },
    });
  });

  it("links to a portal page, which leads back to registered origins only", async () => {
    expect(await portalFor("http://localhost:5173/here")).toContain('href="http://localhost:5173/here"');
    expect(await portalFor("https://evil.test")).not.toContain("evil.test");
    expect(await portalFor("javascript:alert(1)")).not.toContain("javascript:");
  });

  it("answers for the organization of the token, and from the config of the moment", async () => {
    const birch = await kinde.createToken({
      person: "kp_ann",
      organization: "org_birch",
      claims: { permissions: ["made:up"] },
    });
    expect(await json(get("account_api/v1/permissions", birch))).toMatchObject({
      data: { org_code: "org_birch", permissions: [{ key: "doc:read" }] },
    });
  });
});

describe("user_profile", () => {
  it("tells who the person is", async () => {
    expect(await json(get("oauth2/v2/user_profile"))).toMatchObject({
      sub: "kp_ann",
      email: "ann@example.com",
      given_name: "Ann",
      family_name: "Lee",
      name: "Ann Lee",
    });
  });
});

describe("without a good access token", () => {
  it("answers 401 in JSON", async () => {
    const response = await fetch(`${kinde.url}/account_api/v1/permissions`);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await json(response)).toEqual({
      errors: [{ code: "TOKEN_INVALID", message: expect.any(String) }],
    });
  });

  it("refuses expired, forged, foreign and id tokens, and people who are gone", async () => {
    await using other = await startLocalKinde({ config: testConfig() });
    const [header, payload] = token.split(".");
    const forged = `${header}.${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload!, "base64url").toString()), sub: "kp_bob", org_code: "org_birch" })).toString("base64url")}.${token.split(".")[2]}`;
    const tokens = [
      await kinde.createToken({ person: "kp_ann", lifetime: -10 }),
      forged,
      await other.createToken({ person: "kp_ann" }),
      await kinde.createToken({ person: "kp_ann", claims: { iss: "http://localhost:1" } }),
      (await new Browser(kinde).signIn({ person: "kp_ann" })).id_token,
      await kinde.createToken({ person: "kp_ann", claims: { sub: "kp_gone" } }),
      await kinde.createToken({ person: "kp_ann", claims: { org_code: "org_closed" } }),
      "nonsense",
    ];
    for (const bearer of tokens) expect((await get("account_api/v1/roles", bearer)).status).toBe(401);
  });
});
