import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";

let kinde: LocalKinde;
let browser: Browser;
beforeEach(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
  browser = new Browser(kinde);
});
afterEach(() => kinde.close());

const silently = async (of: Browser): Promise<string | null> =>
  (await of.authorize({ params: { prompt: "none" } })).searchParams.get("error");

describe("GET /logout", () => {
  it("ends the session, voids its refresh tokens and goes where the application wants", async () => {
    const tokens = await browser.signIn({ person: "kp_ann" });
    const { response, url } = await browser.open(`/logout?redirect=${encodeURIComponent(APP)}`);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${APP}/`);
    expect(url.origin).toBe(APP);
    expect(await silently(browser)).toBe("login_required");
    expect((await browser.refresh(tokens.refresh_token)).status).toBe(400);
  });

  it("leaves no cookie behind", async () => {
    await browser.signIn({ person: "kp_ann" });
    await browser.open(`/logout?redirect=${APP}`);
    expect([...browser.cookies.keys()]).toEqual([]);
  });

  it.each([`${APP}/`, "https://evil.test", "//evil.test", "javascript:alert(1)"])(
    "signs out but never goes to the unregistered %s",
    async (redirect) => {
      await browser.signIn({ person: "kp_ann" });
      const { response } = await browser.open(`/logout?redirect=${encodeURIComponent(redirect)}`);
      expect([response.status, response.headers.get("location")]).toEqual([400, null]);
      expect(await response.text()).toContain("logoutRedirectUris");
      expect(await silently(browser)).toBe("login_required");
    },
  );

  it("shows a page when nothing is asked, and when nobody is signed in", async () => {
    const { response } = await browser.open("/logout?redirect=");
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("Signed out");
  });

  it("leaves the person's other browsers alone, unless all_sessions asks for them", async () => {
    const other = new Browser(kinde);
    const stranger = new Browser(kinde);
    const otherTokens = await other.signIn({ person: "kp_ann" });
    const strangerTokens = await stranger.signIn({ person: "kp_bob" });
    await browser.signIn({ person: "kp_ann" });
    await browser.open(`/logout?redirect=${APP}`);
    expect(await silently(other)).toBeNull();

    await browser.signIn({ person: "kp_ann" });
    await browser.open(`/logout?redirect=${APP}&all_sessions=true`);
    expect(await silently(other)).toBe("login_required");
    expect((await other.refresh(otherTokens.refresh_token)).status).toBe(400);
    expect((await stranger.refresh(strangerTokens.refresh_token)).status).toBe(200);
  });
});
