import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { freePort } from "@kinde-cerbos/cli/internal";
import { signInAs, test as withServers } from "@kinde-cerbos/testing/playwright";
import { expect, mergeTests } from "@playwright/test";

/**
 * An app whose server signs in, as with Kinde's SDK for Next.js: the page has a link, and everything else is a
 * redirect.
 */
const test = mergeTests(withServers, inChromium).extend<object, { port: number; app: Server }>({
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [
    async ({ port }, provide) => {
      const application = { clientId: "app", redirectUris: [`http://localhost:${port}/callback`] };
      const memberships = [{ organization: "org_north" }, { organization: "org_south" }];
      const ann = { id: "kp_ann", email: "ann@example.com", givenName: "Ann", familyName: "Lee", memberships };
      const organizations = memberships.map(({ organization }) => ({ code: organization, name: organization }));
      await provide({ config: { applications: [application], organizations, people: [ann] } });
    },
    { scope: "worker" },
  ],
  app: [
    async ({ port, kinde }, provide) => {
      const verifier = "v".repeat(43);
      const callback = `http://localhost:${port}/callback`;
      const authorize = `${kinde.url}/oauth2/auth?${String(
        new URLSearchParams({
          client_id: "app",
          response_type: "code",
          redirect_uri: callback,
          scope: "openid offline",
          state: "state",
          code_challenge: createHash("sha256").update(verifier).digest("base64url"),
          code_challenge_method: "S256",
        }),
      )}`;
      let claims = "";
      const answer = async (url: URL): Promise<{ location?: string; body?: string }> => {
        if (url.pathname === "/login") return { location: authorize };
        if (url.pathname !== "/callback") return { body: claims || '<a href="/login">Log in</a>' };
        const form = { grant_type: "authorization_code", client_id: "app", redirect_uri: callback };
        const code = url.searchParams.get("code") ?? "";
        const body = new URLSearchParams({ ...form, code, code_verifier: verifier });
        const { access_token: token } = JSON.parse(
          await (await fetch(`${kinde.url}/oauth2/token`, { method: "POST", body })).text(),
        );
        claims = Buffer.from(String(token).split(".")[1] ?? "", "base64url").toString();
        return { location: "/" };
      };
      const server = createServer((request, response) => {
        void answer(new URL(request.url ?? "", callback)).then(({ location, body }) => {
          if (location !== undefined) response.writeHead(302, { location });
          else response.writeHead(200, { "content-type": "text/html" });
          return response.end(body);
        });
      });
      await new Promise<void>((resolve) => {
        server.listen(port, "127.0.0.1", resolve);
      });
      await provide(server);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    { scope: "worker" },
  ],
  baseURL: async ({ app, port }, provide) => {
    expect(app.listening).toBe(true);
    await provide(`http://localhost:${port}`);
  },
});

test("signs in if the app's server redirects the browser to the issuer and back", async ({ page }) => {
  await page.goto("/");
  await signInAs(page, { person: "kp_ann", organization: "org_south" });
  await expect(page.locator("body")).toContainText('"org_code":"org_south"');
  expect(new URL(page.url()).pathname).toBe("/");
});
