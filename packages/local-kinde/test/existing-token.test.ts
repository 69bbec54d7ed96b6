import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIssuer } from "../src/create-issuer.ts";
import { accessTokenOf } from "../src/existing-token.ts";
import { type LocalKinde, type LocalKindeConfig, startLocalKinde } from "../src/index.ts";
import { loadSigningKey } from "../src/signing-key.ts";
import { createTokenSigner } from "../src/token-signer.ts";
import { Browser, claimsOf, json, type Tokens } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

const LIFETIME = 600;
let kinde: LocalKinde;
let browser: Browser;
let tokens: Tokens;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  kinde = await startLocalKinde({ config: config() });
  browser = new Browser(kinde);
  tokens = await browser.signIn({ person: "kp_ann" });
});
afterEach(async () => {
  vi.useRealTimers();
  await kinde.close();
});

/** The test config, edited. */
function config(edit: (config: LocalKindeConfig) => void = () => {}): LocalKindeConfig {
  const edited = testConfig({ accessTokenLifetime: LIFETIME });
  // Any key of a permission may be used.
  delete edited.permissions;
  edit(edited);
  return edited;
}

async function refresh(): Promise<{ token: string; expiresIn: unknown }> {
  const body = await json(browser.refresh(tokens.refresh_token));
  tokens = { ...tokens, refresh_token: String(body["refresh_token"]) };
  return { token: String(body["access_token"]), expiresIn: body["expires_in"] };
}

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

/** Returns the next token after the current one has expired. */
async function nextIssued(): Promise<ReturnType<typeof claimsOf>> {
  pass(LIFETIME + 1);
  return claimsOf((await refresh()).token);
}

async function revoke(token: string): Promise<number> {
  const body = new URLSearchParams({ token, client_id: "app", token_type_hint: "access_token" });
  return (await browser.fetch("/oauth2/revoke", { method: "POST", body })).status;
}

describe("a refresh", () => {
  it("returns the existing access token with what is left of its life, and another refresh token", async () => {
    const before = tokens.refresh_token;
    pass(100);
    expect(await refresh()).toEqual({ token: tokens.access_token, expiresIn: LIFETIME - 100 });
    expect(tokens.refresh_token).not.toBe(before);
    pass(495);
    expect(await refresh()).toEqual({ token: tokens.access_token, expiresIn: 5 });
  });

  it("returns a new one from the second on in which it ends", async () => {
    const { exp = 0 } = claimsOf(tokens.access_token);
    vi.setSystemTime(exp * 1000 - 1);
    expect(await refresh()).toEqual({ token: tokens.access_token, expiresIn: 1 });
    vi.setSystemTime(exp * 1000);
    const next = await refresh();
    expect(next.token).not.toBe(tokens.access_token);
    expect(next.expiresIn).toBe(LIFETIME);
    expect(claimsOf(next.token).iat).toBe(exp);
  });

  it("returns the same new one to two that come at once", async () => {
    pass(LIFETIME + 1);
    const [one, other] = await Promise.all([
      json(browser.refresh(tokens.refresh_token)),
      json(browser.refresh(tokens.refresh_token)),
    ]);
    expect(one?.["access_token"]).toBe(other?.["access_token"]);
    expect(one?.["access_token"]).not.toBe(tokens.access_token);
  });

  it.each([
    ["the same new one to all that are answered at once", false, 1],
    ["another one to each where the issuer is told so", true, 3],
  ])("returns %s", async (_, newTokenAtRefresh, tokenCount) => {
    // Over HTTP, one answer may be there before the next request is read.
    const issuer = createIssuer({
      port: 4005,
      config: config(),
      signer: createTokenSigner("http://localhost:4005", await loadSigningKey()),
      sender: { send: () => {} },
      webhooks: [],
      newTokenAtRefresh,
    });
    const binding = { accountId: "kp_ann", organization: "org_acme", audience: [], requestedAt: 0, sessionUid: "1" };
    const [application] = issuer.config.applications;
    const answers = [1, 2, 3].map(() => accessTokenOf(issuer, binding, application!, []));
    const issued = (await Promise.all(answers)).map(({ accessToken }) => accessToken);
    expect(new Set(issued).size).toBe(tokenCount);
    pass(LIFETIME);
    const later = [1, 2, 3].map(() => accessTokenOf(issuer, binding, application!, []));
    expect(new Set((await Promise.all(later)).map(({ accessToken }) => accessToken)).size).toBe(tokenCount);
  });

  it("returns a new one after the existing one was revoked", async () => {
    expect(await revoke(tokens.access_token)).toBe(200);
    const { token } = await refresh();
    expect(token).not.toBe(tokens.access_token);
    expect((await refresh()).token).toBe(token);
  });

  it("leaves the tokens of other sign-ins alone when one is revoked", async () => {
    const other = new Browser(kinde);
    const theirs = await other.signIn({ person: "kp_ann" });
    await revoke(theirs.access_token);
    expect((await refresh()).token).toBe(tokens.access_token);
  });

  it("is refused after a sign-out, and a new sign-in has a new access token", async () => {
    await browser.fetch("/logout");
    expect((await browser.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await browser.signIn({ person: "kp_ann" })).access_token).not.toBe(tokens.access_token);
  });

  it("issues a new access token each time where the issuer is told so, with the claims of the moment", async () => {
    await using always = await startLocalKinde({ config: config(), newTokenAtRefresh: true });
    const there = new Browser(always);
    const first = await there.signIn({ person: "kp_ann" });
    const flag = config(({ featureFlags }) => (featureFlags!["seats"]!.default = 9));
    await always.reload(flag);
    const next = await json(there.refresh(first.refresh_token));
    expect(next["access_token"]).not.toBe(first.access_token);
    expect(next["expires_in"]).toBe(LIFETIME);
    expect(claimsOf(String(next["access_token"]))["feature_flags"]).toMatchObject({ seats: { v: 9 } });
  });
});

/** Changes that clear the cache of claims: updates of the person. */
const OF_THE_PERSON: [what: string, edit: (ann: LocalKindeConfig["people"][number]) => void][] = [
  ["profile", (ann) => (ann.email = "ann.lee@example.com")],
  ["memberships", (ann) => (ann.memberships = [ann.memberships[0]!])],
  ["roles", (ann) => (ann.memberships[0]!.roles = ["viewer"])],
  ["permissions", (ann) => (ann.memberships[0]!.permissions = [])],
  ["properties", (ann) => (ann.properties = { team: "red" })],
  ["flags", (ann) => (ann.featureFlags = { theme: "neon" })],
];

/** Changes that do not clear it: everything that a person inherits. */
const INHERITED: [what: string, edit: (config: LocalKindeConfig) => void][] = [
  ["a flag of the environment", ({ featureFlags }) => (featureFlags!["seats"]!.default = 9)],
  ["a flag of the organization", ({ organizations }) => (organizations[0]!.featureFlags = { beta: false })],
  ["a permission added to a role", ({ roles }) => roles![1]!.permissions.push("doc:sign")],
];

/** Marks a token as made after the change: this flag alone does not clear the cache. */
function mark({ featureFlags }: LocalKindeConfig): void {
  featureFlags!["seats"]!.default = 77;
}
const marked = expect.objectContaining({ seats: { t: "i", v: 77 } });

describe("the cache of claims", () => {
  it.each(OF_THE_PERSON)(
    "is ended by an update of a person's %s, with the next token that is issued",
    async (_, edit) => {
      await kinde.reload(config((all) => (mark(all), edit(all.people[0]!))));
      expect((await refresh()).token).toBe(tokens.access_token);
      expect((await nextIssued())["feature_flags"]).toEqual(marked);
    },
  );

  it.each(INHERITED)("is not ended by %s", async (_, edit) => {
    const before = claimsOf(tokens.access_token);
    await kinde.reload(config(edit));
    const { feature_flags, permissions } = await nextIssued();
    expect({ feature_flags, permissions }).toEqual({
      feature_flags: before["feature_flags"],
      permissions: before["permissions"],
    });
  });

  it("is not ended by another person's update", async () => {
    await kinde.reload(config((all) => (mark(all), (all.people[1]!.email = "bob@example.org"))));
    expect((await nextIssued())["feature_flags"]).not.toEqual(marked);
  });

  it("has nothing to repeat in an application that no token was issued for", async () => {
    await kinde.reload(config(mark));
    const verifier = "v".repeat(43);
    const redirectUri = "http://localhost:5174/back";
    const params = { prompt: "none", client_id: "second", redirect_uri: redirectUri, org_code: "org_acme" };
    const back = await browser.authorize({ verifier, params });
    const code = back.searchParams.get("code") ?? "";
    const there = await json(browser.exchange({ code, verifier, redirectUri, clientId: "second" }));
    expect(claimsOf(String(there["access_token"]))["feature_flags"]).toEqual(marked);
    // In the first application, it still repeats the old claims.
    expect((await nextIssued())["feature_flags"]).not.toEqual(marked);
  });

  it("has nothing to repeat in an organization that no token was issued for", async () => {
    await kinde.reload(config(mark));
    const there = await browser.signIn({ params: { prompt: "none", org_code: "org_birch" } });
    expect(claimsOf(there.access_token)["feature_flags"]).toEqual(marked);
  });
});

async function refreshClaims(id: string, token: string | null): Promise<number> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return (await browser.fetch(`/api/v1/users/${id}/refresh_claims`, { method: "POST", headers })).status;
}

describe("refresh_claims of the management API", () => {
  it.each(INHERITED)("puts %s into the next token that is issued", async (_, edit) => {
    const before = claimsOf(tokens.access_token);
    await kinde.reload(config(edit));
    expect(await refreshClaims("kp_ann", await kinde.createManagementToken())).toBe(200);
    expect((await refresh()).token).toBe(tokens.access_token);
    const { feature_flags, permissions } = await nextIssued();
    expect({ feature_flags, permissions }).not.toEqual({
      feature_flags: before["feature_flags"],
      permissions: before["permissions"],
    });
  });

  it("is refused without a token, with a user's, with an id token, and with another issuer's", async () => {
    await using other = await startLocalKinde({ config: config() });
    const audience = [`${kinde.url}/api`];
    const wanting = [
      null,
      tokens.access_token,
      tokens.id_token,
      await kinde.createToken({ person: "kp_ann", claims: { aud: audience } }),
      await other.createManagementToken(),
    ];
    for (const token of wanting) expect(await refreshClaims("kp_ann", token)).toBe(401);
  });

  it("knows the people of the config, however their ids are written", async () => {
    const token = await kinde.createManagementToken();
    expect(await refreshClaims("kp_nobody", token)).toBe(404);
    expect(await refreshClaims("%E0%A4%A", token)).toBe(404);
    const withColon = config();
    withColon.people[0]!.id = "kp:ann"; // Kinde documents both kp_… and kp:…
    await kinde.reload(withColon);
    expect(await refreshClaims("kp%3Aann", token)).toBe(200);
  });

  it("gives a machine nothing of the account API", async () => {
    const headers = { authorization: `Bearer ${await kinde.createManagementToken()}` };
    expect((await browser.fetch("/account_api/v1/permissions", { headers })).status).toBe(401);
  });
});
