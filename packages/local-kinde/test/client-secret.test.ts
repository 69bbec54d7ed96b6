import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { authorizeUrl, Browser, claimsOf, json } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

const SITE = "http://localhost:3000";
const CALLBACK = `${SITE}/api/auth/kinde_callback`;
const SECRET = "s3cret".repeat(8);
const WRONG = "wr0ng".repeat(8);

/** The parameters of Kinde's SDK for servers: no PKCE, no nonce, no audience. */
const REQUEST = {
  client_id: "back-end",
  redirect_uri: CALLBACK,
  audience: undefined,
  nonce: undefined,
  code_challenge: undefined,
  code_challenge_method: undefined,
};

let kinde: LocalKinde;
let browser: Browser;
let lines: string[];
beforeEach(async () => {
  const config = testConfig();
  const audiences = ["https://api.test", "https://other.test"];
  config.applications.push({ clientId: "back-end", clientSecret: SECRET, redirectUris: [CALLBACK], audiences });
  lines = [];
  kinde = await startLocalKinde({ config, log: (line) => lines.push(line) });
  browser = new Browser(kinde);
});
afterEach(() => kinde.close());

/** Posts as the application's server does, without cookies and without an origin. */
function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${kinde.url}${path}`, { method: "POST", body: new URLSearchParams(form), headers });
}

async function newCode(params: Record<string, string | undefined> = {}): Promise<string> {
  const back = await browser.authorize({ person: "kp_ann", params: { ...REQUEST, ...params } });
  return back.searchParams.get("code") ?? back.href;
}

function exchangeForm(code: string): Record<string, string> {
  return { grant_type: "authorization_code", client_id: "back-end", redirect_uri: CALLBACK, code };
}

async function signIn(params?: Record<string, string | undefined>): Promise<Record<string, string>> {
  const answer = await post("/oauth2/token", { ...exchangeForm(await newCode(params)), client_secret: SECRET });
  expect(answer.status).toBe(200);
  const tokens: Record<string, string> = JSON.parse(await answer.text());
  return tokens;
}

function refresh(token: string | undefined, secret: Record<string, string>): Promise<Response> {
  const form = { grant_type: "refresh_token", client_id: "back-end", refresh_token: token ?? "" };
  return post("/oauth2/token", { ...form, ...secret });
}

/** Whether the next refresh returns another access token. */
async function isRevoked(tokens: Record<string, string>): Promise<boolean> {
  const next = await json(refresh(tokens["refresh_token"], { client_secret: SECRET }));
  return next["access_token"] !== tokens["access_token"];
}

describe("an application with a secret", () => {
  it("signs in without PKCE, with the secret in the form", async () => {
    const { access_token, id_token, refresh_token } = await signIn();
    expect(claimsOf(access_token!)).toMatchObject({ sub: "kp_ann", azp: "back-end", org_code: "org_acme", aud: [] });
    expect(claimsOf(id_token!).aud).toEqual(["back-end"]);
    expect(refresh_token).toEqual(expect.any(String));
  });

  it("signs in with the secret as Basic authentication", async () => {
    const { client_id: _, ...form } = exchangeForm(await newCode());
    const authorization = `Basic ${Buffer.from(`back-end:${SECRET}`).toString("base64")}`;
    const tokens = await json(post("/oauth2/token", form, { authorization }));
    expect(claimsOf(String(tokens["access_token"])).sub).toBe("kp_ann");
  });

  it("signs in to the organization that the application asks for, with the same session", async () => {
    await signIn();
    const { access_token } = await signIn({ org_code: "org_birch" });
    expect(claimsOf(access_token!)["org_code"]).toBe("org_birch");
  });

  it.each([
    ["a wrong secret", { client_secret: WRONG }],
    ["no secret", {}],
    ["an empty secret", { client_secret: "" }],
  ])("gets invalid_client and no token with %s, and nobody learns a secret", async (_name, secret) => {
    const code = await newCode();
    const { refresh_token } = await signIn();
    for (const request of [
      post("/oauth2/token", { ...exchangeForm(code), ...secret }),
      refresh(refresh_token, secret),
    ]) {
      const answer = await request;
      const text = await answer.text();
      expect([answer.status, JSON.parse(text)["error"]]).toEqual([401, "invalid_client"]);
      expect(text).not.toContain('token":');
      expect([text, ...lines].join()).not.toMatch(new RegExp(`${SECRET}|${WRONG}`));
    }
    expect((await refresh(refresh_token, { client_secret: SECRET })).status).toBe(200);
  });

  it("has its verifier checked if it uses PKCE as well", async () => {
    const params = { code_challenge: "c".repeat(43), code_challenge_method: "S256" };
    const form = { ...exchangeForm(await newCode(params)), client_secret: SECRET };
    expect(await json(post("/oauth2/token", form))).toMatchObject({ error: "invalid_grant" });
  });

  it("gets each of several audience parameters, as Kinde's SDK sends them", async () => {
    const url = authorizeUrl(kinde, { params: REQUEST });
    for (const audience of ["https://api.test", "https://other.test"]) url.searchParams.append("audience", audience);
    const page = await browser.open(url);
    const body = new URLSearchParams({ person: "kp_ann" });
    const back = await browser.open(page.url, { method: "POST", body, headers: { origin: kinde.url } });
    const form = exchangeForm(back.url.searchParams.get("code") ?? "");
    const tokens = await json(post("/oauth2/token", { ...form, client_secret: SECRET }));
    expect(claimsOf(String(tokens["access_token"])).aud).toEqual(["https://api.test", "https://other.test"]);
  });

  it("shows the people for start_page=registration, also to someone who is signed in", async () => {
    await signIn();
    const params = { ...REQUEST, start_page: "registration" };
    const { response, url } = await browser.open(authorizeUrl(kinde, { params }));
    expect([response.status, url.origin]).toEqual([200, kinde.url]);
  });

  it("takes a new secret with a new config", async () => {
    const { refresh_token } = await signIn();
    const config = structuredClone(kinde.config);
    config.applications.at(-1)!.clientSecret = WRONG;
    await kinde.reload(config);
    expect((await refresh(refresh_token, { client_secret: SECRET })).status).toBe(401);
    expect((await refresh(refresh_token, { client_secret: WRONG })).status).toBe(200);
  });
});

describe("revocation", () => {
  it("of an access token requires the secret", async () => {
    const tokens = await signIn();
    const form = { token: tokens["access_token"]!, client_id: "back-end", token_type_hint: "access_token" };
    const refused = await post("/oauth2/revoke", { ...form, client_secret: WRONG });
    expect([refused.status, (await json(refused))["error"]]).toEqual([401, "invalid_client"]);
    expect((await post("/oauth2/revoke", form)).status).toBe(401);
    expect(await isRevoked(tokens)).toBe(false);
  });

  it("of an access token and a refresh token, as Kinde's SDK ends a session", async () => {
    const tokens = await signIn();
    const form = { client_id: "back-end", client_secret: SECRET };
    const revoke = (token: string | undefined): Promise<Response> =>
      post("/oauth2/revoke", { ...form, token: token ?? "" });
    expect((await revoke(tokens["access_token"])).status).toBe(200);
    const next: Record<string, string> = JSON.parse(
      await (await refresh(tokens["refresh_token"], { client_secret: SECRET })).text(),
    );
    expect(next["access_token"]).not.toBe(tokens["access_token"]);
    expect((await revoke(next["refresh_token"])).status).toBe(200);
    expect((await refresh(next["refresh_token"], { client_secret: SECRET })).status).toBe(400);
  });

  it("does nothing to the access token of another application", async () => {
    const tokens = await signIn();
    expect((await post("/oauth2/revoke", { client_id: "app", token: tokens["access_token"]! })).status).toBe(200);
    expect(await isRevoked(tokens)).toBe(false);
  });
});

describe("a wrong request without PKCE, which Kinde's SDK for servers would send again without end", () => {
  it("stops at a page that names the missing secret", async () => {
    const params = { ...REQUEST, client_id: "second", redirect_uri: "http://localhost:5174/back" };
    const { response, url } = await browser.open(authorizeUrl(kinde, { params }));
    expect([response.status, url.origin]).toEqual([400, kinde.url]);
    const html = await response.text();
    expect(html).toContain("invalid_request");
    expect(html).toContain("The application second has no clientSecret in the config");
  });

  it("stops at a page that names the unknown audience", async () => {
    const params = { ...REQUEST, audience: "https://unknown.test" };
    const { response, url } = await browser.open(authorizeUrl(kinde, { params }));
    expect([response.status, url.origin]).toEqual([400, kinde.url]);
    const html = await response.text();
    expect(html).toContain("https://unknown.test");
    expect(html).not.toContain("clientSecret");
  });

  it("goes back to the application if it is silent, or if a person is no member", async () => {
    const silent = { ...REQUEST, client_id: "second", redirect_uri: "http://localhost:5174/back", prompt: "none" };
    const back = await browser.authorize({ params: silent });
    expect([back.origin, back.searchParams.get("error")]).toEqual(["http://localhost:5174", "invalid_request"]);
    // Bob signs in at first, and is signed in then.
    for (const person of ["kp_bob", undefined]) {
      const params = { ...REQUEST, org_code: "org_acme" };
      const denied = await browser.authorize({ ...(person === undefined ? {} : { person }), params });
      expect([denied.origin, denied.searchParams.get("error")]).toEqual([SITE, "access_denied"]);
    }
  });
});
