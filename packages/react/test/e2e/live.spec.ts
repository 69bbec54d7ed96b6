// Three tabs of one user in a real browser: with its locks, its channels and its storage.
import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import { test } from "./servers.ts";

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator('button[name="person"]').first().click();
  await page.getByRole("heading").waitFor();
}

/** Tabs of one user, each of which may view and follows events: one has the stream, and the others wait for it. */
async function openTabs(context: BrowserContext, url: string, count: number): Promise<Page[]> {
  const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()));
  const [first, ...others] = pages;
  await signIn(first!, url);
  for (const page of others) await page.goto(url);
  for (const page of pages) await mayView(page, true);
  await expect.poll(() => first!.evaluate(countFollowers)).toBe(count);
  return pages;
}

/** How many tabs have or wait for the lock of the stream. Runs in the page. */
async function countFollowers(): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].filter(({ name }) => name?.startsWith("kinde-cerbos:live:")).length;
}

async function mayView(page: Page, may: boolean): Promise<void> {
  await expect(page.getByRole("heading")).toHaveText(may ? "allowed" : "denied");
}

/** The forms that were sent to the issuer from now on. */
function formsTo(context: BrowserContext, path: string): URLSearchParams[] {
  const forms: URLSearchParams[] = [];
  context.on("request", (request: Request) => {
    if (new URL(request.url()).pathname === path) forms.push(new URLSearchParams(request.postData() ?? ""));
  });
  return forms;
}

test("three tabs have one stream, and follow a changed policy", async ({ context, servers: { gateway, url } }) => {
  const pages = await openTabs(context, url, 3);
  await expect.poll(() => gateway.streams.size).toBe(1);
  for (const { url: path = "" } of gateway.opened) expect(path).toBe("/api/events");
  gateway.isOpen = false;
  gateway.emit({ outdated: "policies", kinds: ["document"] });
  gateway.emit({ outdated: "policies", kinds: ["report"] });
  for (const page of pages) await mayView(page, false);
  gateway.isOpen = true;
  gateway.emit({ outdated: "policies" });
  for (const page of pages) await mayView(page, true);
});

test("another tab goes on with the stream if the one that has it is closed", async ({ context, servers }) => {
  const { gateway, url } = servers;
  const readers: Page[] = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/authz/api/events") readers.push(request.frame().page());
  });
  const pages = await openTabs(context, url, 3);
  await expect.poll(() => gateway.streams.size).toBe(1);
  expect(readers).toHaveLength(1);
  // What all have seen is where the next one begins.
  gateway.isOpen = false;
  gateway.emit({ outdated: "policies" });
  for (const page of pages) await mayView(page, false);
  gateway.isOpen = true;
  await readers[0]?.close();
  await expect.poll(() => [readers.length, gateway.opened.length, gateway.streams.size]).toEqual([2, 2, 1]);
  expect(gateway.opened.at(-1)?.headers["last-event-id"]).toMatch(/^\d+$/);
  gateway.emit({ outdated: "policies" });
  for (const page of pages.filter((each) => !each.isClosed())) await mayView(page, true);
});

test("changed rights reach all tabs with one revocation", async ({ context, servers: { gateway, url, give } }) => {
  const pages = await openTabs(context, url, 3);
  await expect.poll(() => gateway.streams.size).toBe(1);
  const revocations = formsTo(context, "/oauth2/revoke");
  const refreshes = formsTo(context, "/oauth2/token");
  const issuedUntil = Math.floor(Date.now() / 1000);
  await give();
  gateway.emit({ outdated: "rights", issuedUntil, delayMs: Math.max(0, (issuedUntil + 1) * 1000 - Date.now()) });
  for (const page of pages) await mayView(page, false);
  expect(revocations).toHaveLength(1);
  expect(Object.keys(Object.fromEntries(revocations[0]!))).toEqual(["token", "token_type_hint", "client_id"]);
  // Each refresh with the refresh token of the one before, also if that was another tab's.
  const used = refreshes.map((form) => form.get("refresh_token"));
  expect(new Set(used).size).toBe(used.length);
});

test("a token that the gateway revokes is replaced, and nobody is signed out", async ({ context, servers }) => {
  const { gateway, url } = servers;
  const [page] = await openTabs(context, url, 1);
  await expect.poll(() => gateway.streams.size).toBe(1);
  const revocations = formsTo(context, "/oauth2/revoke");
  const { checks } = gateway;
  gateway.revokedUntil = Math.floor(Date.now() / 1000);
  gateway.isOpen = false;
  gateway.emit({ outdated: "policies" });
  // The answer to the new token.
  await mayView(page!, false);
  expect(gateway.checks).toBeGreaterThan(checks + 1);
  expect(revocations.length).toBeGreaterThan(0);
  gateway.isOpen = true;
  gateway.emit({ outdated: "policies" });
  await mayView(page!, true);
});
