import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runPolicyTests } from "@kinde-cerbos/testing/node";
import { expect, type Page } from "@playwright/test";
import { effectsIn } from "../effects-in.ts";
import { NIGHTLY, test } from "./app.ts";
import { contentOf, openTab } from "./tabs.ts";

const CHECKS = "**/api/check/resources";

/** Returns the token and the answer of the next check request. */
async function nextCheck(page: Page): Promise<{ readonly token: string; readonly answer: unknown }> {
  const response = await page.waitForResponse(CHECKS);
  const [, token = ""] = /"token":"([^"]+)"/.exec(response.request().postData() ?? "") ?? [];
  return { token, answer: await response.json() };
}

test("lists each request: a split one, and the refused check with its reason", async ({ signedIn: page }) => {
  await page.goto("/?refused");
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  const tab = await openTab(page, "Batches");
  await expect(tab.getByRole("row", { name: /delete on document refused Refused: this check is/ })).toBeVisible();
  await expect(tab.getByRole("row", { name: /Plan: edit on document CONDITIONAL/ })).toBeVisible();
  await tab.getByRole("button", { name: "12 checks on 7 resources" }).click();
  const request = tab.getByRole("region", { name: "Request" });
  await expect(request.getByRole("heading", { name: "12 checks on 7 resources" })).toBeFocused();
  await expect(request.getByRole("row", { name: "document locked edit no answer delete no answer" })).toBeVisible();
  const parts = request.getByRole("listitem");
  await expect(parts).toHaveText([
    /^8 checks on 4 resources: 1 allowed, 7 denied$/,
    /^4 checks on 3 .*: Refused, split/,
  ]);
  await parts.getByRole("button", { name: "8 checks" }).click();
  await expect(request.getByRole("row", { name: /document draft edit allowed delete denied/ })).toBeVisible();
  await tab.getByRole("button", { name: "edit on document refused" }).click();
  await expect(request.getByText("check_refused")).toBeVisible();
  await expect(request.getByText(/scope is not that of the token's organization/)).toBeVisible();
  await request.getByRole("button", { name: "Close request" }).click();
  await expect(tab.getByRole("button", { name: "edit on document refused" })).toBeFocused();
});

test("lists each retry, and counts cache hits", NIGHTLY, async ({ signedIn: page }) => {
  // Otherwise the refused request could be one of the first page load.
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  await page.route(CHECKS, (route) => route.fulfill({ status: 503, json: {} }), { times: 1 });
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  const tab = await openTab(page, "Batches");
  await expect(tab.getByText("Since the newest one, the cache answered 0 checks.")).toBeVisible();
  const row = /10 checks on 6 resources/;
  await expect(tab.getByRole("row", { name: row })).toHaveText([
    /retry 1.*1 allowed, 9 denied/,
    /pdp_unavailable.*retried/,
  ]);
  const before = await tab.getByRole("row").count();
  const hide = page.getByRole("button", { name: "Hide and show" });
  await hide.click();
  await hide.click();
  await expect(tab.getByText("Since the newest one, the cache answered 11 checks.")).toBeVisible();
  expect(await tab.getByRole("row").count()).toBe(before);
  await tab.getByRole("button", { name: "Clear" }).click();
  await expect(tab.getByText(/^No request yet/)).toBeVisible();
  await expect(tab.getByText("0 requests. The cache answered 0 checks.")).toBeVisible();
});

test("a request can be repeated with curl and cerbos compile, and the token is never shown", async ({
  signedIn: page,
}) => {
  // So that the answer to the first page's checks is not taken for the next one's.
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  const sent = nextCheck(page);
  await page.goto("/");
  const { token, answer } = await sent;
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  const tab = await openTab(page, "Batches");
  await tab.getByRole("button", { name: "10 checks on 6 resources" }).click();
  await tab.getByText("curl command").click();
  const command = await tab.getByRole("textbox", { name: "curl" }).inputValue();
  const { stdout } = await promisify(execFile)("sh", ["-c", command], { env: { ...process.env, TOKEN: token } });
  expect(effectsIn(JSON.parse(stdout))).toEqual(effectsIn(answer));

  await tab.getByText("Cerbos test case").click();
  const folder = await mkdtemp(join(tmpdir(), "kinde-cerbos-"));
  await cp("test/e2e/policies", folder, { recursive: true });
  const suite = await tab.getByRole("textbox", { name: "request_test.yaml" }).inputValue();
  await writeFile(join(folder, "request_test.yaml"), suite);
  runPolicyTests(folder);
  await rm(folder, { recursive: true });
  expect(suite).toContain('org_code: "org_north"');

  await tab.getByText("Files for the Cerbos playground").click();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await tab.getByRole("button", { name: "Copy testdata/auxdata.yaml" }).click();
  await expect(tab.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^auxData:\n  token:\n    jwt:\n/);

  await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error("no"))));
  await tab.getByRole("button", { name: "Copy testdata/principals.yaml" }).click();
  await expect(tab.getByText(/The text is selected/)).toBeVisible();
  await expect(tab.getByRole("textbox", { name: "testdata/principals.yaml" })).toBeFocused();

  const signature = token.split(".")[2] ?? "";
  expect(signature.length).toBeGreaterThan(100);
  expect(await contentOf(page)).toContain("$TOKEN");
  for (const name of ["Batches", "Session", "Plans"]) {
    await openTab(page, name);
    expect(await contentOf(page)).not.toContain(signature);
  }
});
