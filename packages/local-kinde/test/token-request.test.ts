import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser, claimsOf, json } from "./support/browser.ts";
import { testConfig } from "./support/config.ts";

let kinde: LocalKinde;
let browser: Browser;
async function start(refreshReuseGrace?: number): Promise<void> {
  kinde = await startLocalKinde({
    config: testConfig(),
    ...(refreshReuseGrace === undefined ? {} : { refreshReuseGrace }),
  });
  browser = new Browser(kinde);
}
beforeEach(() => start());
afterEach(async () => {
  vi.useRealTimers();
  await kinde.close();
});

async function restart(refreshReuseGrace: number): Promise<void> {
  await kinde.close();
  await start(refreshReuseGrace);
}

function refreshCookies(): [string, { httpOnly: boolean; path: string }][] {
  return [...browser.cookies].filter(([name]) => name.includes("refresh"));
}

function revoke(token: string, hint: string): Promise<Response> {
  return browser.fetch("/oauth2/revoke", {
    method: "POST",
    body: new URLSearchParams({ token, client_id: "app", token_type_hint: hint }),
  });
}

describe("refresh rotation", () => {
  it("gives a new refresh token each time", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const first = await browser.signIn({ person: "kp_ann" });
    const second = await json(browser.refresh(first.refresh_token));
    expect(second).toMatchObject({
      access_token: expect.any(String),
      id_token: expect.any(String),
      expires_in: 86_400,
    });
    expect(second["refresh_token"]).not.toBe(first.refresh_token);
    expect((await browser.refresh(String(second["refresh_token"]))).status).toBe(200);
  });

  it("forgives a token used twice at once, as by two tabs, and both results go on", async () => {
    const first = await browser.signIn({ person: "kp_ann" });
    const both = await Promise.all([
      json(browser.refresh(first.refresh_token)),
      json(browser.refresh(first.refresh_token)),
    ]);
    const tokens = both.map((answer) => String(answer["refresh_token"]));
    expect(new Set(tokens).size).toBe(2);
    for (const token of tokens) expect((await browser.refresh(token)).status).toBe(200);
  });

  it("revokes everything when a token comes again after the grace", async () => {
    await restart(0);
    const first = await browser.signIn({ person: "kp_ann" });
    const second = await json(browser.refresh(first.refresh_token));
    const again = await browser.refresh(first.refresh_token);
    expect([again.status, (await json(again))["error"]]).toEqual([400, "invalid_grant"]);
    expect((await browser.refresh(String(second["refresh_token"]))).status).toBe(400);
  });

  it("is refused for another application's token, and for no token at all", async () => {
    const first = await browser.signIn({ person: "kp_ann" });
    expect(
      (await browser.refresh(first.refresh_token, { clientId: "second", origin: "http://localhost:5174" })).status,
    ).toBe(400);
    expect((await browser.refresh(undefined, { cookies: false })).status).toBe(400);
  });
});

describe("cookie mode (useInsecureForRefreshToken: false)", () => {
  it("sets the readable hint that the SDK looks for, and a token cookie no script and no other path can read", async () => {
    await browser.signIn({ person: "kp_ann" });
    expect(browser.cookies.get("_kbrte")).toMatchObject({ value: "1", httpOnly: false, path: "/" });
    expect(refreshCookies()).toEqual([
      [expect.stringContaining(String(kinde.port)), expect.objectContaining({ httpOnly: true, path: "/oauth2/token" })],
    ]);
  });

  it("refreshes without a token in the form, again and again, with a token in the answer", async () => {
    await restart(0);
    await browser.signIn({ person: "kp_ann" });
    for (let round = 0; round < 3; round++) {
      const answer = await json(browser.refresh());
      expect(claimsOf(String(answer["access_token"])).sub).toBe("kp_ann");
      expect(answer["refresh_token"]).toEqual(expect.any(String));
    }
  });

  it("falls back to the cookie for a tab whose token another tab has used up", async () => {
    await restart(0);
    const tabA = await browser.signIn({ person: "kp_ann" });
    await browser.refresh(); // tab B starts
    const later = await browser.refresh(tabA.refresh_token, { cookies: true });
    expect(later.status).toBe(200);
    expect((await browser.refresh()).status).toBe(200);
  });

  it("does not serve a page of another application, nor one without an origin", async () => {
    await browser.signIn({ person: "kp_ann" });
    expect((await browser.refresh(undefined, { origin: "http://localhost:5174" })).status).toBe(400);
    const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "app" });
    expect((await browser.fetch("/oauth2/token", { method: "POST", body })).status).toBe(400);
    expect((await browser.refresh()).status).toBe(200);
  });

  it("takes the cookies away when they are void", async () => {
    await browser.signIn({ person: "kp_ann" });
    const config = testConfig();
    config.people[0]!.memberships = [];
    await kinde.reload(config);
    expect((await browser.refresh()).status).toBe(400);
    expect(browser.cookies.has("_kbrte")).toBe(false);
    expect(refreshCookies()).toEqual([]);
  });
});

describe("revocation", () => {
  it("voids a refresh token", async () => {
    const { refresh_token: token } = await browser.signIn({ person: "kp_ann" });
    expect((await revoke(token, "refresh_token")).status).toBe(200);
    expect((await browser.refresh(token)).status).toBe(400);
  });

  it("answers 200 for an access token, as the SDK expects", async () => {
    const { access_token: token } = await browser.signIn({ person: "kp_ann" });
    expect((await revoke(token, "access_token")).status).toBe(200);
  });
});

it("refuses a body that is far too large", async () => {
  const response = await browser.fetch("/oauth2/token", {
    method: "POST",
    body: new URLSearchParams({ code: "x".repeat(60_000) }),
  });
  expect(response.status).toBe(413);
});
