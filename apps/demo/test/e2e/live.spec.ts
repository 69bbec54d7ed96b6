// An open page follows what others change, without a reload: policies, by the playground, and rights, by Kinde's webhook.
import { expect } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Stack } from "./stack.ts";
import { Workspace } from "./workspace.ts";

// Cerbos compiles for real, on a machine that may be busy.
test.setTimeout(90_000);
const SOON = { timeout: 20_000 };

const EDITOR = { memberships: [{ organization: "org_aurora", roles: ["editor"] }] };

test.beforeEach(({ stack }) => {
  stack.streams.isDown = false;
});
test.afterEach(async ({ stack }) => {
  await fetch(`${stack.url}/playground/api/policies/reset`, { method: "POST" });
  await fetch(`${stack.kinde.url}/local/reset`, { method: "POST" });
});

/** Changes an entry of the issuer, as an admin does in Kinde. */
async function change({ kinde }: Stack, entry: string, patch: object): Promise<void> {
  const response = await fetch(`${kinde.url}/local/${entry}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patch),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Saves a policy with another text in a place of it. */
async function save({ url }: Stack, from: string, to: string): Promise<void> {
  const file = `${url}/playground/api/policies/file?path=document.yaml`;
  const { text }: { text: string } = JSON.parse(await (await fetch(file)).text());
  expect(text).toContain(from);
  const response = await fetch(file, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: text.replace(from, to) }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Signs in, and stays on the page: it is loaded once. */
async function begin(workspace: Workspace, stack: Stack, name: string): Promise<void> {
  await workspace.signIn(name);
  await workspace.page.evaluate(() => {
    window.memory = "kept";
  });
  await expect.poll(() => stack.streams.texts().filter((text) => text.includes("event: hello")).length).toBe(1);
}

/** The document was not loaded again, and nobody had to sign in. */
async function isKept({ page }: Workspace): Promise<void> {
  expect(await page.evaluate(() => window.memory)).toBe("kept");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
}

test("a policy is saved, and a button is there that was not", async ({ workspace, stack }) => {
  await begin(workspace, stack, "Tomas");
  const cell = workspace.cell("aurora-01", "edit");
  await expect(cell.locator('[data-answer="denied"]')).toBeVisible();
  await save(stack, "derivedRoles: [kinde_resource_owner, document_editor]", "derivedRoles: [kinde_org_member]");
  await expect(cell.locator('[data-answer="allowed"]')).toBeVisible(SOON);
  await isKept(workspace);
});

test("a role is given and taken in Kinde, and a button comes and goes", async ({ workspace, stack }) => {
  await begin(workspace, stack, "Tomas");
  const cell = workspace.cell("aurora-01", "edit");
  await expect(cell.locator('[data-answer="denied"]')).toBeVisible();
  await change(stack, "people/kp_tomas", EDITOR);
  await expect(cell.locator('[data-answer="allowed"]')).toBeVisible(SOON);
  await change(stack, "people/kp_tomas", { memberships: [{ organization: "org_aurora" }] });
  await expect(cell.locator('[data-answer="denied"]')).toBeVisible(SOON);
  await isKept(workspace);
});

// Before a role is changed: after that, the gateway has each user's claims refreshed, and their first page its token.
test("three tabs have one stream, revoke one token, and all follow", EACH_CLOCK, async ({ workspace, stack }) => {
  await begin(workspace, stack, "Tomas");
  const tabs = [workspace, await workspace.anotherTab("Aurora Energy"), await workspace.anotherTab("Aurora Energy")];
  const revoked: string[] = [];
  workspace.page.context().on("request", (request) => {
    if (request.url().endsWith("/oauth2/revoke")) revoked.push(request.url());
  });
  await expect.poll(() => stack.streams.open.size).toBe(1);
  await change(stack, "people/kp_tomas", EDITOR);
  for (const tab of tabs) {
    await expect(tab.cell("aurora-01", "edit").locator('[data-answer="allowed"]')).toBeVisible(SOON);
  }
  expect(revoked).toHaveLength(1);
  await expect.poll(() => stack.streams.open.size).toBe(1);
});

test(
  "a role gets a permission, after which Kinde would go on with the claims that it has",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    await begin(workspace, stack, "Priya");
    const cell = workspace.cell("aurora-01", "edit");
    await expect(cell.locator('[data-answer="denied"]')).toBeVisible();
    await change(stack, "roles/reviewer", { permissions: ["documents:edit"] });
    await expect(cell.locator('[data-answer="allowed"]')).toBeVisible(SOON);
    await isKept(workspace);
  },
);

test(
  "without the server of the events, the page is as before, and follows when it is back",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await begin(workspace, stack, "Mara");
    stack.streams.stop();
    await expect.poll(() => stack.streams.open.size).toBe(0);
    await workspace.switchTo("Cascade Logistics");
    await workspace.seesOrganization("Cascade Logistics");
    await workspace.switchTo("Aurora Energy");
    await workspace.seesOrganization("Aurora Energy");
    await expect(page.getByRole("alert")).toHaveCount(0);
    const cell = workspace.cell("aurora-01", "delete");
    await expect(cell.locator('[data-answer="allowed"]')).toBeVisible();
    await change(stack, "people/kp_mara", EDITOR);
    stack.streams.isDown = false;
    await expect(cell.locator('[data-answer="denied"]')).toBeVisible({ timeout: 60_000 });
    await isKept(workspace);
  },
);

test("another person's page hears nothing of it", EACH_CLOCK, async ({ workspace, chromium, stack }) => {
  await begin(workspace, stack, "Tomas");
  const [tomas] = stack.streams.open.values();
  const context = await chromium.newContext({ baseURL: stack.url });
  const other = new Workspace(await context.newPage());
  await other.open();
  await other.signIn("Mara");
  await expect.poll(() => stack.streams.open.size).toBe(2);
  const mara = [...stack.streams.open.values()].find((stream) => stream !== tomas);
  await expect.poll(() => mara?.text).toContain("event: hello");
  await change(stack, "people/kp_tomas", EDITOR);
  await expect(workspace.cell("aurora-01", "edit").locator('[data-answer="allowed"]')).toBeVisible(SOON);
  expect(tomas?.text).toContain('"outdated":"rights"');
  expect(tomas?.text).not.toContain("kp_");
  // What is sent to everybody comes after it.
  await save(stack, "name: reviewers-publish", "name: reviewers-publish-others");
  await expect.poll(() => mara?.text).toContain('"outdated":"policies"');
  expect(mara?.text).not.toContain("rights");
  await context.close();
});

test(
  "the token from before is refused at once, and the page goes on with another",
  EACH_CLOCK,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    const tokens: string[] = [];
    page.on("request", (request) => {
      const { authorization } = request.headers();
      if (request.url().includes("/api/documents") && authorization) tokens.push(authorization);
    });
    await begin(workspace, stack, "Mara");
    const old = tokens.at(-1) ?? "";
    /** What the API answers somebody who has kept a copy of the token. */
    const answer = async (): Promise<number> => {
      const { status } = await fetch(`${stack.url}/api/documents`, { headers: { authorization: old } });
      return status;
    };
    expect(await answer()).toBe(200);
    await change(stack, "people/kp_mara", EDITOR);
    await expect.poll(answer, SOON).toBe(401);
    await expect(workspace.cell("aurora-01", "delete").locator('[data-answer="denied"]')).toBeVisible(SOON);
    await isKept(workspace);
  },
);
