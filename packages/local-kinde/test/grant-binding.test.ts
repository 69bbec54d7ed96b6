import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser, claimsOf, json } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

let kinde: LocalKinde;
let browser: Browser;
beforeEach(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
  browser = new Browser(kinde);
});
afterEach(() => kinde.close());

const orgOf = (token: string): unknown => claimsOf(token)["org_code"];

describe("prompt=none", () => {
  it("is refused without a session", async () => {
    const back = await browser.authorize({ params: { prompt: "none" } });
    expect(back.searchParams.get("error")).toBe("login_required");
    expect(back.searchParams.get("state")).toBe("the-state");
  });

  it("signs in silently with one, without a page that could refuse to be framed", async () => {
    await browser.signIn({ person: "kp_ann" });
    const tokens = await browser.signIn({
      params: { prompt: "none", redirect_uri: "http://localhost:5173/silent.html" },
    });
    expect(claimsOf(tokens.access_token).sub).toBe("kp_ann");
  });

  it("switches to the organization of org_code, with the rights there", async () => {
    const first = await browser.signIn({ person: "kp_ann" });
    expect(claimsOf(first.access_token)).toMatchObject({
      org_code: "org_acme",
      permissions: ["doc:read", "doc:write", "doc:export"],
    });
    const second = await browser.signIn({ params: { prompt: "none", org_code: "org_birch" } });
    expect(claimsOf(second.access_token)).toMatchObject({ org_code: "org_birch", permissions: ["doc:read"] });
  });

  it.each(["org_closed", "org_unknown"])("is refused for %s, of which the person is no member", async (org_code) => {
    await browser.signIn({ person: "kp_ann" });
    const back = await browser.authorize({ params: { prompt: "none", org_code } });
    expect(back.searchParams.get("error")).toBe("access_denied");
    expect(back.searchParams.has("code")).toBe(false);
  });
});

describe("org_code", () => {
  it("is obeyed at a sign-in with a page", async () => {
    expect(orgOf((await browser.signIn({ person: "kp_ann", params: { org_code: "org_birch" } })).access_token)).toBe(
      "org_birch",
    );
  });

  it("refuses who signs in but is no member", async () => {
    const back = await browser.authorize({ person: "kp_bob", params: { org_code: "org_acme" } });
    expect(back.searchParams.get("error")).toBe("access_denied");
  });

  it("lets another person sign in with prompt=login, though the present one is no member", async () => {
    await browser.signIn({ person: "kp_bob" });
    const tokens = await browser.signIn({
      person: "kp_ann",
      params: { org_code: "org_acme", prompt: "login" },
    });
    expect(claimsOf(tokens.access_token)).toMatchObject({ sub: "kp_ann", org_code: "org_acme" });
  });

  it("is absent for a person without any organization", async () => {
    const claims = claimsOf((await browser.signIn({ person: "kp_nil" })).access_token);
    expect(claims).not.toHaveProperty("org_code");
    expect(claims["permissions"]).toEqual([]);
  });
});

describe("a refresh", () => {
  it("keeps its organization when another sign-in has switched", async () => {
    const acme = await browser.signIn({ person: "kp_ann" });
    await browser.signIn({ params: { prompt: "none", org_code: "org_birch" } });
    expect(orgOf(String((await json(browser.refresh(acme.refresh_token)))["access_token"]))).toBe("org_acme");
  });

  it("keeps its audience, nonce, and the time of the sign-in", async () => {
    const first = await browser.signIn({ person: "kp_ann", params: { audience: "https://api.test" } });
    const next = await json(browser.refresh(first.refresh_token));
    expect(claimsOf(String(next["access_token"])).aud).toEqual(["https://api.test"]);
    const { auth_time, rat, nonce } = claimsOf(first.id_token);
    expect(claimsOf(String(next["id_token"]))).toMatchObject({ auth_time, rat, nonce });
  });

  it("has the rights of the moment once the token before was revoked", async () => {
    const first = await browser.signIn({ person: "kp_ann" });
    const body = new URLSearchParams({ token: first.access_token, client_id: "app" });
    await browser.fetch("/oauth2/revoke", { method: "POST", body });
    const config = testConfig();
    config.people[0]!.memberships[0]!.roles = ["viewer"];
    config.people[0]!.memberships[0]!.permissions = [];
    await kinde.reload(config);
    const next = await json(browser.refresh(first.refresh_token));
    expect(claimsOf(String(next["access_token"]))["permissions"]).toEqual(["doc:read"]);
  });

  it("is refused when the membership is gone, and works again when it is back", async () => {
    const first = await browser.signIn({ person: "kp_ann" });
    const config = testConfig();
    config.people[0]!.memberships = [{ organization: "org_birch" }];
    await kinde.reload(config);
    const refused = await browser.refresh(first.refresh_token);
    expect([refused.status, (await json(refused))["error"]]).toEqual([400, "invalid_grant"]);
    await kinde.reload(testConfig());
    expect((await browser.refresh(first.refresh_token)).status).toBe(200);
  });

  it("is refused when the person is gone, whose session then asks for a sign-in", async () => {
    const first = await browser.signIn({ person: "kp_bob" });
    const config = testConfig();
    config.people.splice(1, 1);
    await kinde.reload(config);
    expect((await browser.refresh(first.refresh_token)).status).toBe(400);
    expect((await browser.authorize({ params: { prompt: "none" } })).searchParams.get("error")).toBe("login_required");
    expect(claimsOf((await browser.signIn({ person: "kp_ann" })).access_token).sub).toBe("kp_ann");
  });
});
