import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Workspace } from "./workspace.ts";

const exporting = (workspace: Workspace) => workspace.page.locator(".export");
const exportButton = (workspace: Workspace) =>
  exporting(workspace).getByRole("button", { name: "Export", exact: true });

/** Sends the export to the API though it is denied. */
async function tryExport(workspace: Workspace): Promise<void> {
  await exporting(workspace).getByRole("button", { name: "Why?" }).click();
  await workspace.page.getByRole("button", { name: "Try it anyway" }).click();
}

const upgrade = (workspace: Workspace) => exporting(workspace).getByText("Upgrade", { exact: true });

/** Signs in, and goes to the organization. */
async function signInTo(workspace: Workspace, person: string, organization: string): Promise<void> {
  await workspace.signIn(person);
  if ((await workspace.page.getByLabel("Who I am").getByRole("definition").first().innerText()) === organization)
    return;
  await workspace.switchTo(organization);
  await workspace.seesOrganization(organization);
}

test("a plan that includes exports allows them: the API gives the documents, and no more than one may view", async ({
  workspace,
}) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await expect(page.getByLabel("Who I am").getByText("seats: 50")).toBeVisible();
  await expect(page.getByLabel("Who I am").getByText("exports", { exact: true })).toBeVisible();
  await expect(upgrade(workspace)).toHaveCount(0);
  const download = page.waitForEvent("download");
  await exportButton(workspace).click();
  const saved: { id: string }[] = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(saved.map(({ id }) => id)).toEqual(await workspace.listed());
  await expect(exporting(workspace)).toContainText("60 documents exported.");
});

for (const { person, organization, reason } of [
  { person: "Jonas", organization: "Borealis Health", reason: "Your plan allows up to 20 documents in an export." },
  { person: "Priya", organization: "Cascade Logistics", reason: "Your plan does not include exports." },
]) {
  test(
    `the plan of ${organization} does not allow it: the page says what an upgrade would change, and the API refuses`,
    EACH_CLOCK,
    async ({ workspace }) => {
      await signInTo(workspace, person, organization);
      await expect(exportButton(workspace)).toHaveCount(0);
      await expect(upgrade(workspace)).toBeVisible();
      await expect(exporting(workspace)).toContainText(reason);
      await tryExport(workspace);
      await expect(exporting(workspace).locator('[data-outcome="refused"]')).toContainText("403");
      await expect(exporting(workspace).locator('[data-outcome="refused"]')).toContainText(reason);
    },
  );
}

test("who may not export whatever the plan is not told to upgrade", EACH_CLOCK, async ({ workspace }) => {
  await signInTo(workspace, "Ines", "Cascade Logistics");
  await expect(exportButton(workspace)).toHaveCount(0);
  await expect(upgrade(workspace)).toHaveCount(0);
  await tryExport(workspace);
  await expect(exporting(workspace).locator('[data-outcome="refused"]')).toContainText("403");
  await expect(exporting(workspace)).toContainText("The policies do not allow you to export these documents.");
  await expect(upgrade(workspace)).toHaveCount(0);
});

test(
  "directly at the PDP nobody knows the plan: exports are denied, and nobody is told to upgrade",
  EACH_CLOCK,
  async ({ workspace }) => {
    await workspace.signIn("Mara");
    await expect(exportButton(workspace)).toBeEnabled();
    await workspace.askBy("Directly to the PDP");
    await expect(exporting(workspace)).toContainText("Cerbos learns your plan only through the gateway");
    await expect(exportButton(workspace)).toHaveCount(0);
    await expect(upgrade(workspace)).toHaveCount(0);
  },
);

for (const way of ["gateway", "direct"] as const) {
  test(
    `a page that lies about its plan gets nothing for it: ${way}`,
    way === "gateway" ? {} : EACH_CLOCK,
    async ({ workspace }) => {
      const path = way === "gateway" ? "**/authz/api/check/resources" : "**/pdp/api/check/resources";
      let lies = 0;
      await workspace.page.route(path, async (route) => {
        const request: { principal: { attr: object } } = route.request().postDataJSON();
        const attr = { ...request.principal.attr, entitlements: { exports: null } };
        lies += 1;
        await route.continue({ postData: JSON.stringify({ ...request, principal: { ...request.principal, attr } }) });
      });
      await signInTo(workspace, "Priya", "Cascade Logistics");
      if (way === "direct") await workspace.askBy("Directly to the PDP");
      await expect.poll(() => lies).toBeGreaterThan(0);
      await workspace.answered();
      await expect(exporting(workspace).locator('[data-answer="denied"]')).toBeVisible();
    },
  );
}

test("a page asks Kinde once for a session: not for each check, and not for a token of equal rights", async ({
  workspace,
}) => {
  const { page } = workspace;
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "GET" && request.url().includes("/account_api/v1/entitlements")) asked.push(request.url());
  });
  await workspace.signIn("Mara");
  const answer = page.waitForResponse("**/authz/api/check/resources");
  await page.getByRole("button", { name: "Check all again" }).click();
  await answer;
  expect(asked).toHaveLength(1);
  await workspace.switchTo("Cascade Logistics");
  await workspace.seesOrganization("Cascade Logistics");
  expect(asked).toHaveLength(2);
  expect(asked.filter((url) => url.includes("eyJ"))).toEqual([]);
});

test("where Kinde does not tell, nothing is allowed, and the page says why", async ({ workspace }) => {
  const { page } = workspace;
  await page.route("**/account_api/v1/entitlements*", (route) => route.fulfill({ status: 403, json: {} }));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /Mara/ }).click();
  await expect(page.getByRole("alert").first()).toContainText("Kinde's account API gave no usable entitlements");
  await expect(page.getByRole("alert").first()).toContainText("enrich_failed");
  expect(workspace.requests).toBe(0);
  expect(await workspace.listed()).toEqual([]);
});
