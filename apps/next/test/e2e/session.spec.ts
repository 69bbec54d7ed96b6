import { expect, type Page } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import { gatewayRequestsOf, rightsOn, signIn } from "./workspace.ts";

async function cookie(page: Page, name: string): Promise<string | undefined> {
  return (await page.context().cookies()).find((one) => one.name === name)?.value;
}

test("signs in with Kinde's SDK for Next.js, and keeps the token from scripts", async ({ page }) => {
  await signIn(page, "kp_ann", "org_north");
  await expect(page.getByRole("banner")).toContainText("Ann Lee");
  const cookies = await page.context().cookies();
  expect(cookies.find(({ name }) => name === "access_token")).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  expect(await page.evaluate(() => document.cookie)).not.toContain("token");
});

test("a switch shows the rights in the other organization, and nothing of the one before", async ({ page }) => {
  await signIn(page, "kp_ann", "org_north");
  await page.getByRole("link", { name: "South" }).click();
  await expect(page.getByRole("banner").getByText("South", { exact: true })).not.toHaveRole("link");
  await expect.poll(() => rightsOn(page)).toEqual({ Lease: ["view", "edit"], Menu: ["view"] });
  for (const title of ["Budget", "Handbook", "Roadmap"]) expect(await page.content()).not.toContain(title);
  expect((await page.request.get("/api/documents/1")).status()).toBe(403);

  await page.goBack();
  await expect.poll(() => rightsOn(page)).toEqual({ Lease: ["view", "edit"], Menu: ["view"] });
});

test("a tab learns of the switch in another one, and allows nothing of the organization before", async ({ page }) => {
  await signIn(page, "kp_ann", "org_north");
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ["view", "edit", "delete"]);
  const other = await page.context().newPage();
  await other.goto("/documents");
  await other.getByRole("link", { name: "South" }).click();
  await expect(other.getByText("Lease")).toBeVisible();
  await expect.poll(() => rightsOn(page)).toEqual({ Budget: [], Handbook: [], Roadmap: [] });
});

test(
  "an organization of others signs in to one's own, and does not redirect without end",
  NIGHTLY,
  async ({ page }) => {
    await signIn(page, "kp_tom", "org_north");
    await page.goto("/api/auth/login?org_code=org_south");
    await expect(page.getByText("Roadmap")).toBeVisible();
    await expect(page.getByText("Lease")).toHaveCount(0);
  },
);

test(
  "an issuer that does not know the secret says so, and does not redirect without end",
  NIGHTLY,
  async ({ page, kinde }) => {
    const before = structuredClone(kinde.config);
    const without = structuredClone(before);
    delete without.applications[0]!.clientSecret;
    await kinde.reload(without);
    await page.goto("/");
    await page.getByRole("link", { name: "Sign in" }).click();
    await expect(page.getByText("The application next-app has no clientSecret in the config")).toBeVisible();

    without.applications[0]!.clientSecret = "another".repeat(6);
    await kinde.reload(without);
    await page.goto("/api/auth/login");
    await page.getByRole("button", { name: "Ann Lee" }).click();
    await expect(page.getByText("client authentication failed")).toBeVisible();
    expect(new URL(page.url()).pathname).toBe("/api/auth/kinde_callback");
    await kinde.reload(before);
  },
);

test("a token that is about to end is refreshed with the secret, before the page", NIGHTLY, async ({ page, kinde }) => {
  const config = structuredClone(kinde.config);
  const before = structuredClone(config);
  // Kinde's SDK refreshes a token that expires in less than 20 seconds.
  config.applications[0]!.accessTokenLifetime = 15;
  await kinde.reload(config);
  await signIn(page, "kp_ann", "org_north");
  const first = await cookie(page, "refresh_token");
  expect(first).toEqual(expect.any(String));
  await page.reload();
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ["view", "edit", "delete"]);
  expect(await cookie(page, "refresh_token")).not.toBe(first);
  await kinde.reload(before);
});

test("a token that ends on an open page is refreshed by the server, and the page stays", async ({ page, kinde }) => {
  const config = structuredClone(kinde.config);
  const before = structuredClone(config);
  config.applications[0]!.accessTokenLifetime = 8;
  await kinde.reload(config);
  const requests = gatewayRequestsOf(page);
  await signIn(page, "kp_ann", "org_north");
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ["view", "edit", "delete"]);
  const first = await cookie(page, "access_token");
  await expect.poll(() => cookie(page, "access_token"), { timeout: 20_000 }).not.toBe(first);
  await expect.poll(() => rightsOn(page)).toHaveProperty("Budget", ["view", "edit", "delete"]);
  expect(new Set(requests)).toEqual(new Set(["/authz/session"]));
  await kinde.reload(before);
});

test("a sign-out ends the session here and at the issuer", async ({ page }) => {
  await signIn(page, "kp_ann", "org_north");
  const checks = gatewayRequestsOf(page);
  await page.getByRole("link", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(await cookie(page, "access_token")).toBeUndefined();
  expect((await page.request.get("/api/documents/1")).status()).toBe(401);
  await page.goto("/documents");
  await expect(page.getByRole("heading", { name: "Sign in to Documents" })).toBeVisible();
  expect(checks).toEqual([]);
});

test("a link that signs in leads to pages of the app only", async ({ page, app }) => {
  await signIn(page, "kp_ann", "org_north");
  /** Returns where a sign-in with this target redirects to. The issuer needs no page for it. */
  const endOf = async (wanted: string): Promise<string> => {
    let next = `${app.url}/api/auth/login?post_login_redirect_url=${encodeURIComponent(wanted)}`;
    do {
      const { location } = (await page.request.get(next, { maxRedirects: 0 })).headers();
      next = new URL(location ?? "", next).href;
    } while (/\/oauth2\/auth|\/kinde_callback/.test(next));
    return next;
  };
  for (const other of [
    "https://other.test/",
    "//other.test",
    "/\\other.test",
    "/\t/other.test",
    `${app.url}.other.test`,
    `${app.url}@other.test`,
  ]) {
    expect(new URL(await endOf(other)).origin).toBe(app.url);
  }
  expect(await endOf("/documents/1")).toContain(`${app.url}/documents/1`);
  expect(await endOf(`${app.url}/documents/1?a=b`)).toContain(`${app.url}/documents/1?a=b`);
});
