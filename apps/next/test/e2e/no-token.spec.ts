import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";
import { test } from "./app.ts";
import { EVENTS, rowOf, signIn, untilFollowing } from "./workspace.ts";

const scripts = fileURLToPath(new URL("../../.next/static", import.meta.url));

test("no token and no secret is in a page, a payload, a script, an address, the console or a log", async ({
  page,
  app,
  kinde,
}) => {
  const seen: string[] = [];
  const paths = new Set<string>();
  // Read while it is loaded, because the browser does not return bodies of pages that were left.
  await page.route(
    (url) => url.origin === app.url && !url.pathname.startsWith("/api/auth/") && url.pathname !== EVENTS,
    async (route) => {
      const response = await route.fetch({ maxRedirects: 0 });
      seen.push(await response.text());
      paths.add(`${route.request().method()} ${new URL(response.url()).pathname}`);
      await route.fulfill({ response });
    },
  );
  page.on("console", (message) => seen.push(message.text()));
  page.on("pageerror", (error) => seen.push(String(error)));
  page.on("request", (request) => seen.push(request.url(), request.postData() ?? ""));

  await untilFollowing(page, () => signIn(page, "kp_ann", "org_north"));
  await page.getByRole("link", { name: "Budget" }).click();
  await expect(page.getByRole("heading", { name: "Budget" })).toBeVisible();
  await untilFollowing(page, () => page.goto("/documents/3"));
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "404" })).toBeVisible();
  await page.goto("/documents");
  await rowOf(page, "Budget").getByRole("button", { name: "Publish" }).click();
  await expect(rowOf(page, "Budget")).toContainText("published");
  // Only the start of a stream, because it does not end.
  const beginning = await page.evaluate(async (path) => {
    const { body } = await fetch(path);
    return new TextDecoder().decode((await body?.getReader().read())?.value);
  }, EVENTS);
  expect(beginning).toContain("hello");
  seen.push(beginning);

  expect([...paths]).toEqual(
    expect.arrayContaining([
      "GET /documents",
      "POST /documents",
      "GET /documents/1",
      "GET /documents/3",
      "POST /documents/3",
      "POST /authz/api/check/resources",
    ]),
  );
  for (const file of await readdir(scripts, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) seen.push(await readFile(`${file.parentPath}/${file.name}`, "utf8"));
  }
  seen.push(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage])), ...app.lines);
  const all = seen.join("\n");
  const cookies = await page.context().cookies(app.url);
  const tokens = cookies.filter(({ name }) => name.endsWith("_token")).map(({ value }) => value);
  expect(tokens).toHaveLength(3);
  for (const kept of [...tokens, kinde.config.applications[0]?.clientSecret]) {
    expect(kept).toEqual(expect.stringMatching(/.{40}/));
    expect(all.includes(String(kept))).toBe(false);
  }
  // Also no other token: every JWT starts like this.
  expect(all).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
});
