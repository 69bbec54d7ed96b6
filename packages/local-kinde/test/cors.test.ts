import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalKinde, startLocalKinde } from "../src/index.ts";
import { Browser } from "./support/browser.ts";
import { APP, testConfig } from "./support/config.ts";

let kinde: LocalKinde;
beforeAll(async () => {
  kinde = await startLocalKinde({ config: testConfig() });
});
afterAll(() => kinde.close());

const PATHS = [
  "/oauth2/token",
  "/oauth2/revoke",
  "/account_api/v1/permissions",
  "/oauth2/v2/user_profile",
  "/.well-known/jwks",
  "/.well-known/openid-configuration",
];
const preflight = (path: string, origin: string): Promise<Response> =>
  fetch(kinde.url + path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "kinde-sdk,content-type,authorization",
    },
  });

describe("a page of a registered application", () => {
  it.each(PATHS)("may read %s with credentials and the Kinde-SDK header", async (path) => {
    const response = await preflight(path, APP);
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": APP,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, POST, PATCH",
      "access-control-allow-headers": "kinde-sdk,content-type,authorization",
      vary: expect.stringContaining("Origin"),
    });
  });

  it("gets the headers on answers and on errors", async () => {
    for (const response of [
      await fetch(`${kinde.url}/.well-known/jwks`, { headers: { origin: APP } }),
      await new Browser(kinde).refresh("unknown"),
      await fetch(`${kinde.url}/account_api/v1/roles`, { headers: { origin: APP } }),
    ]) {
      expect(response.headers.get("access-control-allow-origin")).toBe(APP);
      expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    }
  });

  it("may be of the second application", async () => {
    expect((await preflight("/oauth2/token", "http://localhost:5174")).status).toBe(204);
  });
});

describe.each(["https://evil.test", "http://localhost:9999", "http://127.0.0.1:5173", "null"])(
  "a page of %s",
  (origin) => {
    it.each(PATHS)("may not read %s", async (path) => {
      const response = await preflight(path, origin);
      expect(response.status).toBe(403);
      expect(response.headers.get("access-control-allow-origin")).not.toBe(origin);
      const answer = await fetch(kinde.url + path, { headers: { origin } });
      expect(["*", origin]).not.toContain(answer.headers.get("access-control-allow-origin"));
      expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    });

    it("may not post, not even blindly", async () => {
      const browser = new Browser(kinde);
      const tokens = await browser.signIn({ person: "kp_ann" });
      expect((await browser.refresh(tokens.refresh_token, { origin })).status).toBe(403);
      expect((await browser.refresh(tokens.refresh_token)).status).toBe(200);
    });
  },
);
