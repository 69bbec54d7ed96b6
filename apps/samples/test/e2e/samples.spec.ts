import { signInAs } from "@kinde-cerbos/testing/playwright";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { kindeConfig, test } from "./sample.ts";

const resource = (id: string, ownerId: string) => ({ kind: "document", id, attr: { ownerId, orgCode: "org_north" } });
const ROADMAP = resource("roadmap", "kp_ann");
const BUDGET = resource("budget", "kp_ben");

async function signIn(page: Page, person: string): Promise<void> {
  // Otherwise the issuer would sign in the same person again, without showing its page.
  await page.context().clearCookies({ name: /^local_kinde_/ });
  await page.goto("/login");
  await signInAs(page, { person });
  await expect(page.getByText("Signed in as")).toBeVisible();
}

/** Returns the paths that a page requests from this call on. */
function watch(page: Page): string[] {
  const paths: string[] = [];
  page.on("request", (request) => paths.push(new URL(request.url()).pathname));
  return paths;
}

const ofPermissions = (paths: readonly string[]): string[] =>
  paths.filter((path) => path.startsWith("/authz") || path === "/session");

for (const person of ["kp_ann", "kp_ben"]) {
  test(`${person} sees what the PDP answers, and the first page load sends nothing for it`, async ({
    page,
    kinde,
    pdp,
  }) => {
    await signIn(page, person);
    const paths = watch(page);
    for (const document of [ROADMAP, BUDGET]) {
      await page.goto(`/documents/${document.id}`);
      const rename = page.getByRole("button", { name: "Rename" });
      await expect(rename).toBeVisible();
      const response = await fetch(`${pdp.url}/api/check/resources`, {
        method: "POST",
        body: JSON.stringify({
          principal: { id: person, roles: person === "kp_ben" ? ["user", "admin"] : ["user"] },
          resources: [{ resource: document, actions: ["edit", "delete"] }],
          auxData: { jwt: { token: await kinde.createToken({ person }) } },
        }),
      });
      const [{ actions }] = (await response.json()).results;
      expect(await rename.isEnabled()).toBe(actions.edit === "EFFECT_ALLOW");
      await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(actions.delete === "EFFECT_ALLOW" ? 1 : 0);
    }
    expect(ofPermissions(paths)).toEqual([]);
  });
}

test("a page that is reached by a link sends nothing either, and one without a prefetch asks the gateway", async ({
  page,
}) => {
  await signIn(page, "kp_ann");
  const paths = watch(page);
  await page.getByRole("link", { name: "Roadmap" }).click();
  await expect(page.getByRole("button", { name: "Rename" })).toBeEnabled();
  expect(ofPermissions(paths)).toEqual([]);
  const answer = await page.evaluate(async () => {
    const principal = { id: "kp_ann", roles: ["user"], attr: { orgCode: "org_north" } };
    const check = { kind: "document", id: "roadmap", attr: { ownerId: "kp_ann", orgCode: "org_north" } };
    const body = JSON.stringify({ principal, resources: [{ resource: check, actions: ["edit", "delete"] }] });
    return (await fetch("/authz/api/check/resources", { method: "POST", body })).json();
  });
  expect(answer.results[0].actions).toEqual({ edit: "EFFECT_ALLOW", delete: "EFFECT_DENY" });
});

test("what is allowed happens, and what is denied is refused by the server", async ({ page, context }) => {
  await signIn(page, "kp_ben");
  await page.goto("/documents/budget");
  await page.getByLabel("New title").fill("Budget 2027");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "Budget 2027" })).toBeVisible();
  // Another tab signs in as Ann. This tab still shows Ben's button.
  await signIn(await context.newPage(), "kp_ann");
  const refused = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Delete" }).click();
  expect((await refused).status()).toBe(403);
  await page.goto("/documents/budget");
  await expect(page.getByRole("heading", { name: "Budget 2027" })).toBeVisible();
});

test("a route that is denied answers 403, and 401 if nobody is signed in", async ({ page }) => {
  expect((await page.goto("/documents/roadmap"))?.status()).toBe(401);
  await expect(page.getByText("Roadmap")).toHaveCount(0);
  expect(await (await page.goto("/"))?.text()).not.toContain("Roadmap");
  await signIn(page, "kp_ann");
  const denied = await page.goto("/documents/payroll");
  expect(denied?.status()).toBe(403);
  await expect(page.getByRole("heading")).toHaveText("You may not do this.");
  expect(await denied?.text()).not.toContain("Payroll");
  await page.goto("/");
  await expect(page.getByRole("link", { name: "Roadmap" })).toBeVisible();
  await expect(page.getByText("Payroll")).toHaveCount(0);
  // Another tab signs in a user of another organization. This tab still shows the links.
  await signIn(await page.context().newPage(), "kp_cleo");
  await page.getByRole("link", { name: "Roadmap" }).click();
  await expect(page.getByRole("heading")).toHaveText("You may not do this.");
});

test("the gateway refuses other sites, and requests without a session", async ({ page, context }) => {
  const ask = async (headers: { [name: string]: string }): Promise<number> => {
    const body = {
      principal: { id: "kp_ann", roles: ["user"] },
      resources: [{ resource: ROADMAP, actions: ["edit"] }],
    };
    return (await context.request.post("/authz/api/check/resources", { data: body, headers })).status();
  };
  expect(await ask({})).toBe(401);
  await signIn(page, "kp_ann");
  expect(await ask({ "sec-fetch-site": "cross-site" })).toBe(403);
});

test("no token is in what the browser gets, and no script can read the cookie", async ({ page }) => {
  const seen: Promise<string>[] = [];
  page.on("response", (response) => seen.push(response.text().catch(() => "")));
  page.on("console", (message) => seen.push(Promise.resolve(message.text())));
  await signIn(page, "kp_ann");
  await page.goto("/documents/roadmap");
  await expect(page.getByRole("button", { name: "Rename" })).toBeVisible();
  const claims = await page.evaluate(async () => (await fetch("/session", { method: "POST" })).text());
  const texts = [...(await Promise.all(seen)), claims];
  expect(claims).toContain('"sub":"kp_ann"');
  expect(texts.filter((text) => text.includes("kp_ann")).length).toBeGreaterThan(1);
  expect(texts.filter((text) => /eyJ[\w-]+\.eyJ/.test(text))).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("a token that has ended is refreshed before the page is rendered", async ({ page, browser, kinde, port }) => {
  const baseURL = `http://localhost:${port}`;
  // Without scripts, because the page would refresh it.
  const withoutScripts = await browser.newContext({ javaScriptEnabled: false, baseURL });
  await kinde.reload(kindeConfig(baseURL, 5));
  await signIn(await withoutScripts.newPage(), "kp_ann");
  await kinde.reload(kindeConfig(baseURL));
  const end = Date.now() + 5000;
  await expect.poll(() => Date.now()).toBeGreaterThan(end);
  const old = await cookieOf(withoutScripts);
  await page.context().addCookies(old);
  await page.goto("/documents/roadmap");
  await expect(page.getByRole("button", { name: "Rename" })).toBeEnabled();
  expect(await cookieOf(page.context())).not.toEqual(old);
  await withoutScripts.close();
});

const cookieOf = async (context: BrowserContext) => (await context.cookies()).filter(({ name }) => name === "session");

test("a sign-in that is not finished leaves the user signed in", async ({ page }) => {
  await signIn(page, "kp_ann");
  await page.context().clearCookies({ name: /^local_kinde_/ });
  await page.goto("/login");
  await expect(page.locator('button[name="person"]').first()).toBeVisible();
  await page.goto("/");
  await expect(page.getByText("Signed in as kp_ann")).toBeVisible();
});

test("signing out ends the session here and at the issuer", async ({ page }) => {
  await signIn(page, "kp_ann");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect((await page.goto("/documents/roadmap"))?.status()).toBe(401);
  await page.goto("/login");
  await expect(page.locator('button[name="person"]').first()).toBeVisible();
});

test("what one user has seen is not shown to the next, who goes back to it", async ({ page, port }) => {
  const stored: string[] = [];
  page.on("response", (response) => {
    const { pathname, origin } = new URL(response.url());
    // Responses that are the same for everybody may be stored.
    if (origin !== `http://localhost:${port}` || /^\/(assets\/|__manifest$)/.test(pathname)) return;
    if (!response.headers()["cache-control"]?.includes("no-store")) stored.push(pathname);
  });
  await signIn(page, "kp_ann");
  await page.getByRole("link", { name: "Roadmap" }).click();
  await expect(page.getByRole("button", { name: "Rename" })).toBeEnabled();
  await page.goto("/documents/roadmap");
  await expect(page.getByRole("button", { name: "Rename" })).toBeEnabled();
  await signIn(page, "kp_cleo");
  // Back over the issuer's page.
  while (!page.url().endsWith("/documents/roadmap")) await page.goBack();
  await expect(page.getByRole("heading")).toHaveText("You may not do this.");
  await expect(page.getByText("Roadmap")).toHaveCount(0);
  expect(stored).toEqual([]);
});

test("another site's form signs nobody out", async ({ page, context, port }) => {
  await signIn(page, "kp_ann");
  const other = await context.newPage();
  for (const path of ["/session", "/logout"]) {
    const form = `<form method="post" action="http://localhost:${port}${path}"><button>Win</button></form>`;
    await other.route("http://other.test/", (route) => route.fulfill({ contentType: "text/html", body: form }));
    await other.goto("http://other.test/");
    await other.getByRole("button").click();
    await other.waitForURL(`http://localhost:${port}/**`);
    await page.goto("/");
    await expect(page.getByText("Signed in as kp_ann")).toBeVisible();
  }
});
