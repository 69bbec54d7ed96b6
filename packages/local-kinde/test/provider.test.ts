import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { authorizeUrl, Browser, claimsOf, json } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";

let kinde: LocalKinde;
beforeAll(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => kinde.close());

describe("authorization code with PKCE", () => {
  it("answers with all that Kinde's SDK needs, signed with the published key", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const tokens = await new Browser(kinde).signIn({ person: "kp_ann" });

    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 86_400 });
    expect(tokens.refresh_token).toEqual(expect.any(String));
    expect(tokens.scope.split(" ").toSorted()).toEqual(["email", "offline", "openid", "profile"]);
    const keys = createRemoteJWKSet(new URL(`${kinde.url}/.well-known/jwks`));
    const access = await jwtVerify(tokens.access_token, keys, { issuer: kinde.url, algorithms: ["RS256"] });
    expect(access.protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: expect.any(String) });
    await jwtVerify(tokens.id_token, keys, { issuer: kinde.url, audience: "app" });
  });

  it("publishes the same keys under both names, each with alg, kid and use", async () => {
    const keys = await json(fetch(`${kinde.url}/.well-known/jwks`));
    expect(await json(fetch(`${kinde.url}/.well-known/jwks.json`))).toEqual(keys);
    expect(keys).toEqual({
      keys: [{ kty: "RSA", use: "sig", alg: "RS256", kid: expect.any(String), n: expect.any(String), e: "AQAB" }],
    });
  });

  it("publishes Kinde's endpoints", async () => {
    expect(await json(fetch(`${kinde.url}/.well-known/openid-configuration`))).toMatchObject({
      issuer: kinde.url,
      authorization_endpoint: `${kinde.url}/oauth2/auth`,
      token_endpoint: `${kinde.url}/oauth2/token`,
      revocation_endpoint: `${kinde.url}/oauth2/revoke`,
      jwks_uri: `${kinde.url}/.well-known/jwks`,
      userinfo_endpoint: `${kinde.url}/oauth2/v2/user_profile`,
      end_session_endpoint: `${kinde.url}/logout`,
    });
  });

  it("returns the state, and is not disturbed by parameters it does not know", async () => {
    const params = {
      lang: "de",
      connection_id: "conn_1",
      is_create_org: "false",
      org_name: "x",
      pages_mode: "preview",
      utm_source: "y",
    };
    const back = await new Browser(kinde).authorize({ person: "kp_ann", params });
    expect(`${back.origin}${back.pathname}`).toBe(`${APP}/`);
    expect(back.searchParams.get("state")).toBe("the-state");
    expect(back.searchParams.get("code")).toEqual(expect.any(String));
  });

  it("asks for the SDK's scopes where the application asks for none", async () => {
    const tokens = await new Browser(kinde).signIn({ person: "kp_ann", params: { scope: undefined } });
    expect(claimsOf(tokens.access_token)["scp"]).toEqual(["openid", "profile", "email", "offline"]);
  });

  it("gives no refresh token without the scope offline", async () => {
    const tokens = await new Browser(kinde).signIn({ person: "kp_ann", params: { scope: "openid" } });
    expect(tokens.refresh_token).toBeUndefined();
    expect(claimsOf(tokens.id_token)).not.toHaveProperty("email");
  });

  it.each([`${APP}/`, `${APP}/elsewhere`, "http://localhost:5174", "https://evil.test"])(
    "never redirects to the unregistered %s",
    async (redirect_uri) => {
      const { response, url } = await new Browser(kinde).open(authorizeUrl(kinde, { params: { redirect_uri } }));
      expect(response.status).toBe(400);
      expect(url.origin).toBe(kinde.url);
      const html = await response.text();
      expect(html).toContain("invalid_redirect_uri");
      expect(html).toContain(
        `does not have ${redirect_uri} in its redirectUris, which are ${APP}, ${APP}/silent.html.`,
      );
    },
  );

  it("refuses an unknown application without a redirect", async () => {
    const { response, url } = await new Browser(kinde).open(authorizeUrl(kinde, { params: { client_id: "nobody" } }));
    expect([response.status, url.origin]).toEqual([400, kinde.url]);
  });

  it("refuses a request without PKCE", async () => {
    const params = { code_challenge: undefined, code_challenge_method: undefined };
    const { response, url } = await new Browser(kinde).open(authorizeUrl(kinde, { params }));
    expect([response.status, url.origin]).toEqual([400, kinde.url]);
    expect(await response.text()).toContain("invalid_request");
  });

  it("refuses a code with the wrong verifier, redirect URI or application", async () => {
    const verifier = "a".repeat(43);
    const wrong = [{ verifier: "b".repeat(43) }, { redirectUri: `${APP}/silent.html` }, { clientId: "second" }];
    for (const change of wrong) {
      const browser = new Browser(kinde);
      const code = (await browser.authorize({ person: "kp_ann", verifier })).searchParams.get("code") ?? "";
      const response = await browser.exchange({ code, verifier, ...change });
      expect([response.status, (await json(response))["error"]]).toEqual([400, "invalid_grant"]);
    }
  });

  it("takes a code once, and voids its tokens when it comes again", async () => {
    const verifier = "a".repeat(43);
    const browser = new Browser(kinde);
    const code = (await browser.authorize({ person: "kp_ann", verifier })).searchParams.get("code") ?? "";
    const { refresh_token: refreshToken } = await json(browser.exchange({ code, verifier }));
    expect((await browser.exchange({ code, verifier })).status).toBe(400);
    expect((await browser.refresh(String(refreshToken))).status).toBe(400);
  });
});

describe("audience", () => {
  it("is empty when none is asked for, and a list when some are", async () => {
    const browser = new Browser(kinde);
    expect(claimsOf((await browser.signIn({ person: "kp_ann" })).access_token).aud).toEqual([]);
    const { access_token: token } = await browser.signIn({
      params: { audience: "https://api.test https://other.test" },
    });
    expect(claimsOf(token).aud).toEqual(["https://api.test", "https://other.test"]);
  });

  it("must be registered for the application", async () => {
    const back = await new Browser(kinde).authorize({
      params: { audience: "https://api.test https://unknown.test" },
    });
    expect(back.searchParams.get("error")).toBe("invalid_request");
    expect(back.searchParams.get("error_description")).toContain("https://unknown.test");
  });
});

describe("the console", () => {
  it("stays quiet", async () => {
    const spies = (["log", "info", "warn", "error"] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
    await using other = await startLocalKinde({ config: testConfig() });
    const browser = new Browser(other);
    const tokens = await browser.signIn({ person: "kp_ann" });
    await browser.refresh(tokens.refresh_token);
    await browser.open("/logout");
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
