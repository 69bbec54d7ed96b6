import { expect, type Page } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Workspace } from "./workspace.ts";

const PLACE = "/?tab=drafts&page=2#row-7";

/** Goes to a place of the page, as a router does, and leaves something in its memory. */
async function settleIn({ page }: Workspace): Promise<void> {
  await page.evaluate((url) => {
    history.replaceState({ key: "k1" }, "", url);
    window.memory = "kept";
  }, PLACE);
}

async function place(page: Page) {
  return page.evaluate(() => ({
    address: location.pathname + location.search + location.hash,
    state: history.state as unknown,
    memory: window.memory,
  }));
}

/** Waits until the page has been left and is at its place again: in between, the page that Kinde goes to may show. */
async function cameBack(page: Page): Promise<void> {
  const now = () => place(page).catch(() => null);
  await expect.poll(now).toMatchObject({ address: PLACE, memory: undefined });
}

/** What Kinde was asked for, request by request. */
function watchAuthorize(page: Page): URLSearchParams[] {
  const asked: URLSearchParams[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/oauth2/auth") asked.push(searchParams);
  });
  return asked;
}

/** The claims of the token that the page asks the PDP with. */
async function claimsAsked(workspace: Workspace): Promise<{ aud?: string[]; scp?: string[]; org_code?: string }> {
  const request = workspace.page.waitForRequest("**/authz/api/check/resources");
  await workspace.page.getByRole("button", { name: "Check all again" }).click();
  const body: { auxData: { jwt: { token: string } } } = (await request).postDataJSON();
  await workspace.answered();
  return JSON.parse(Buffer.from(body.auxData.jwt.token.split(".")[1]!, "base64url").toString());
}

async function kindesKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => /state|nonce|codeVerifier/.test(key)));
}

test("switches silently: page, memory, query, hash and history state stay, and in no frame an old decision shows", async ({
  workspace,
  allowedBy,
}) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await settleIn(workspace);
  await page.evaluate(() => {
    const offers: string[] = (window.offers = []);
    const look = (): void => {
      const cells = document.querySelectorAll<HTMLElement>('td:has([data-answer="allowed"])');
      const run = [...new Set(Array.from(cells, ({ dataset }) => dataset["document"]?.split("-")[0]))].join("+");
      if (offers.at(-1) !== run) offers.push(run);
    };
    look();
    new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  });
  // Held for half a second of frames, what should not be shown would have the time to be.
  await page.route("**/oauth2/token", async (route) => {
    await workspace.paints(30);
    await route.continue();
  });
  const asked = watchAuthorize(page);
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");

  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_borealis"));
  expect(await page.evaluate(() => window.offers)).toEqual(["aurora", "", "borealis"]);
  expect(await place(page)).toEqual({ address: PLACE, state: { key: "k1" }, memory: "kept" });
  // As a reviewer there, she may not view the drafts of others.
  const listed = (await workspace.listed()).length;
  // Beside them, whether all may be exported.
  const requests = Math.ceil((listed + 1) / 50);
  expect(workspace.requests).toBe(2 + requests);
  expect(await workspace.figure("checks")).toBe(listed * 5 + 1);
  expect(await workspace.figure("requests")).toBe(requests);
  expect(asked.map((query) => query.get("prompt"))).toEqual(["none"]);
  expect(await page.locator("iframe").count()).toBe(0);
  expect(await kindesKeys(page)).toEqual([]);
  expect(await claimsAsked(workspace)).toMatchObject({
    org_code: "org_borealis",
    aud: ["https://documents.example.com"],
  });
});

test("leaves the address alone that the app goes on to meanwhile", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await settleIn(workspace);
  await page.route("**/oauth2/token", async (route) => {
    await page.evaluate(() => history.pushState({ key: "k2" }, "", "/?tab=published&page=1#top"));
    await route.continue();
  });
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
  expect(await place(page)).toEqual({ address: "/?tab=published&page=1#top", state: { key: "k2" }, memory: "kept" });
});

test("coming back finds the decisions of before, and the session outlives a reload", async ({
  workspace,
  allowedBy,
}) => {
  await workspace.signIn("Mara");
  await workspace.switchTo("Cascade Logistics");
  await workspace.seesOrganization("Cascade Logistics");
  await workspace.switchTo("Aurora Energy");
  await workspace.seesOrganization("Aurora Energy");
  expect(workspace.requests).toBe(4);
  await workspace.page.reload();
  await workspace.seesOrganization("Aurora Energy");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
});

test("says so when one is not a member, and the old session goes on", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await workspace.signIn("Ines");
  await settleIn(workspace);
  const asked = watchAuthorize(page);
  await workspace.switchTo("Aurora Energy");
  await expect(page.getByRole("alert")).toContainText("switch_not_member");
  await workspace.seesOrganization("Cascade Logistics");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_ines", "org_cascade"));
  expect(await place(page)).toEqual({ address: PLACE, state: { key: "k1" }, memory: "kept" });
  expect(asked).toHaveLength(1);
  expect(await kindesKeys(page)).toEqual([]);
  expect(await claimsAsked(workspace)).toMatchObject({ org_code: "org_cascade" });
});

test(
  "notices a server that answers the silent page with the app, which never boots there",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await settleIn(workspace);
    stack.silentPage = "app";
    const exchanges: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/oauth2/token")) exchanges.push(request.url());
    });
    await workspace.switchTo("Borealis Health");
    await expect(page.getByRole("alert")).toContainText("silent_page_missing");
    await expect(page.getByRole("alert")).toContainText("public/silent.html");
    await workspace.seesOrganization("Aurora Energy");
    expect(exchanges).toEqual([]);
    expect(await page.locator("iframe").count()).toBe(0);
    expect((await place(page)).memory).toBe("kept");

    // Once it is added, the next switch succeeds.
    stack.silentPage = "blank";
    await workspace.switchTo("Borealis Health");
    await workspace.seesOrganization("Borealis Health");
    await expect(page.getByRole("alert")).toHaveCount(0);
  },
);

const BANS = ["the silent page forbids frames", "the silent page is not registered at Kinde"] as const;
for (const ban of BANS) {
  test(
    `goes by redirect where ${ban}, keeps audience and scope, and comes back`,
    ban === BANS[0] ? {} : EACH_CLOCK,
    async ({ workspace, stack, allowedBy }) => {
      const { page } = workspace;
      const before = structuredClone(stack.kinde.config);
      if (ban === "the silent page forbids frames") stack.silentPage = "unframeable";
      await workspace.signIn("Mara");
      if (ban === "the silent page is not registered at Kinde") {
        const config = structuredClone(before);
        for (const application of config.applications) {
          application.redirectUris = application.redirectUris.filter((uri) => !uri.endsWith("/silent.html"));
        }
        await stack.kinde.reload(config);
      }
      await settleIn(workspace);
      const asked = watchAuthorize(page);
      await workspace.switchTo("Borealis Health");
      await cameBack(page);
      await workspace.seesOrganization("Borealis Health");
      expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_borealis"));
      const [silent, redirect] = asked;
      expect(asked).toHaveLength(2);
      expect(redirect?.get("prompt")).toBeNull();
      expect(redirect?.get("org_code")).toBe("org_borealis");
      for (const name of ["audience", "scope"]) {
        expect(new Set(redirect?.get(name)?.split(" "))).toEqual(new Set(silent?.get(name)?.split(" ")));
      }
      expect(redirect?.get("audience")).toBe("https://documents.example.com");
      expect(redirect?.get("scope")).toBe("openid email profile offline");
      expect(JSON.parse(Buffer.from(redirect?.get("state") ?? "", "base64url").toString())).toMatchObject({
        kinde: { event: "login" },
      });
      expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
      await stack.kinde.reload(before);
    },
  );
}

test(
  "goes by redirect where Kinde wants the user to sign in, and comes back",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await settleIn(workspace);
    // Kinde has forgotten who this is; the page's own session goes on.
    await page.context().clearCookies();
    await workspace.switchTo("Borealis Health");
    await expect(page.getByRole("heading", { name: /Sign in/ })).toBeVisible();
    expect(page.url()).toContain(stack.kinde.url);
    await page.getByRole("button", { name: /Mara/ }).click();
    await cameBack(page);
    await workspace.seesOrganization("Borealis Health");
  },
);

test(
  "tells what Kinde refused after a redirect, at the place where it began",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await workspace.signIn("Ines");
    await settleIn(workspace);
    stack.silentPage = "unframeable";
    await workspace.switchTo("Aurora Energy");
    await cameBack(page);
    await expect(page.getByRole("alert")).toContainText("switch_not_member");
    await workspace.seesOrganization("Cascade Logistics");
  },
);

test("says that it is offline, stays, and switches when the network is back", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await settleIn(workspace);
  await page.context().setOffline(true);
  await workspace.switchTo("Borealis Health");
  await expect(page.getByRole("alert")).toContainText("offline");
  await workspace.seesOrganization("Aurora Energy");
  expect(await place(page)).toEqual({ address: PLACE, state: { key: "k1" }, memory: "kept" });
  await page.context().setOffline(false);
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
});

test(
  "says so where Kinde alone cannot be reached, and does not leave the page for it",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await settleIn(workspace);
    await page.route(`${stack.kinde.url}/**`, (route) => route.abort("connectionrefused"));
    await workspace.switchTo("Borealis Health");
    await expect(page.getByRole("alert")).toContainText("offline");
    await workspace.seesOrganization("Aurora Energy");
    expect((await place(page)).memory).toBe("kept");
  },
);

test("a code that Kinde does not take leaves the old session", EACH_CLOCK, async ({ workspace, stack }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await settleIn(workspace);
  await page.route(`${stack.kinde.url}/oauth2/token`, (route) =>
    route.fulfill({ status: 400, json: { error: "invalid_grant" }, headers: { "access-control-allow-origin": "*" } }),
  );
  await workspace.switchTo("Borealis Health");
  await expect(page.getByRole("alert")).toContainText("switch_failed");
  await workspace.seesOrganization("Aurora Energy");
  expect(await place(page)).toEqual({ address: PLACE, state: { key: "k1" }, memory: "kept" });
  expect(await kindesKeys(page)).toEqual([]);
});
