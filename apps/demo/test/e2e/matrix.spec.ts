// Who may do what: all people at once, each decision with its reason, and what leaves the page as a file.
import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { ACTIONS } from "../../data/document.ts";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, NIGHTLY, test } from "./fixtures.ts";

test.setTimeout(90_000);
const SOON = { timeout: 30_000 };
const PHONE = { width: 360, height: 740 };

/** What the matrix says may be done in an organization: `"Mara Lindqvist edit"`. */
async function allowedIn(page: Page, organization: string): Promise<Set<string>> {
  const labels = await page
    .locator('.matrix [data-allowed="true"]')
    .evaluateAll((cells) => cells.map((cell) => cell.textContent));
  return new Set(
    labels
      .map((label) => label.split(/ in |: |, /))
      .filter(([, place]) => place === organization)
      .map(([person, , action]) => `${person} ${action}`),
  );
}

async function downloaded(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  return readFile(await (await download).path(), "utf8");
}

test(
  "everybody's decisions are those of the PDP, and are asked again for another state",
  NIGHTLY,
  async ({ workspace, allowedBy }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.goto("/matrix?document=aurora-11");
    await expect(page.getByRole("status")).toHaveText(/\d+ of 50 checks are allowed/, SOON);
    const expected = new Set<string>();
    for (const [id, name] of [
      ["kp_mara", "Mara Lindqvist"],
      ["kp_jonas", "Jonas Weber"],
      ["kp_priya", "Priya Nair"],
      ["kp_tomas", "Tomas Rivera"],
    ] as const) {
      const allowed = await allowedBy(id, "org_aurora");
      for (const action of ACTIONS) if (allowed.has(`aurora-11 ${action}`)) expected.add(`${name} ${action}`);
    }
    expect(await allowedIn(page, "Aurora Energy")).toEqual(expected);
    expect(await allowedIn(page, "Borealis Health")).toEqual(new Set());
    expect(expected).toContain("Priya Nair publish");

    await page.getByLabel("State").selectOption("archived");
    await expect(page.getByRole("button", { name: "Priya Nair in Aurora Energy, publish: No" })).toBeVisible(SOON);
    expect(new URL(page.url()).search).toBe("?document=aurora-11&state=archived");
    // The new owner's right, in the same address for whoever opens it.
    await page.getByLabel("State").selectOption("draft");
    await page.getByLabel("Owner").selectOption("kp_priya");
    await expect(page.getByRole("button", { name: "Priya Nair in Aurora Energy, delete: Yes" })).toBeVisible(SOON);
  },
);

test("a decision explains itself, with a link to the line of the rule", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await page.goto("/matrix?document=aurora-11");
  await page.getByRole("button", { name: "Priya Nair in Aurora Energy, publish: Yes" }).click(SOON);
  const reason = page.getByRole("region", { name: "Reason" });
  await expect(reason).toContainText("Allowed by a rule.");
  await expect(reason).toContainText("V.is_owner = false");
  await expect(reason).toContainText("reviewer applies.");
  await expectAccessible(page);
  const address = page.url();

  await page.getByRole("button", { name: "Jonas Weber in Aurora Energy, publish: No" }).click();
  await expect(reason).toContainText("Denied: no rule allows it.");
  await expect(reason).toContainText(
    "reviewers-publish allows it only for reviewer, which Jonas Weber does not have here.",
  );

  await page.goto(address);
  await expect(reason).toContainText("reviewers-publish allows it.", SOON);
  await reason.getByRole("link", { name: "reviewers-publish" }).click();
  await expect(page.locator(".cm-activeLine")).toContainText("name: reviewers-publish");
});

test("it leaves as a table and as policy tests, and can be filtered", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await page.goto("/matrix?document=aurora-11");
  await expect(page.getByRole("status")).toHaveText(/of 50/, SOON);
  const csv = await downloaded(page, "Export as CSV");
  expect(csv.split("\r\n")).toHaveLength(52);
  expect(csv).toContain("Priya Nair,Aurora Energy,publish,allowed,reviewers-publish\r\n");
  const tests = await downloaded(page, "Export as Cerbos tests");
  expect(tests).toContain("name: Priya Nair in Aurora Energy");
  expect(tests).not.toMatch(/eyJ[\w-]+\./);
  await page.getByLabel("Show").fill("mara cascade");
  await expect(page.getByRole("status")).toHaveText(/of 5 checks/);
  await expect(page.getByRole("row")).toHaveCount(2);
});

test("an open page follows a change of a policy", NIGHTLY, async ({ workspace, stack }) => {
  const { page } = workspace;
  const policies = `${stack.url}/playground/api/policies`;
  await workspace.signIn("Jonas");
  await page.goto("/matrix?document=aurora-11");
  await expect(page.getByRole("button", { name: "Priya Nair in Aurora Energy, publish: Yes" })).toBeVisible(SOON);
  const { text }: { text: string } = await (await fetch(`${policies}/file?path=document.yaml`)).json();
  const sent = JSON.stringify({ text: text.replaceAll("[reviewer]", "[kinde_org_admin]") });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${policies}/file?path=document.yaml`, { method: "PUT", headers, body: sent })).status).toBe(200);
  await expect(page.getByRole("button", { name: "Priya Nair in Aurora Energy, publish: No" })).toBeVisible(SOON);
  await fetch(`${policies}/reset`, { method: "POST" });
});

test("on a phone, nothing is cut off, and axe finds nothing wrong", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await workspace.signIn("Jonas");
  await page.goto("/matrix?document=aurora-11");
  await page.getByRole("button", { name: "Priya Nair in Aurora Energy, publish: Yes" }).click(SOON);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  await expectAccessible(page);
});

test(
  "nothing of the last organization is shown while the next one's documents load",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await page.goto("/matrix?document=aurora-11");
    await expect(page.getByRole("row")).toHaveCount(11, SOON);
    const held = Promise.withResolvers<void>();
    await page.route("**/api/documents", async (route) => {
      await held.promise;
      await route.continue();
    });
    await workspace.switchTo("Borealis Health");
    await expect(workspace.organization("Borealis Health")).toHaveAttribute("aria-pressed", "true");
    await expect(page.getByRole("row")).toHaveCount(0);
    await expect(page.getByText("Loading all decisions…")).toBeVisible();
    held.resolve();
    await expect(page.getByRole("row")).toHaveCount(11, SOON);
    await expect(page.getByLabel("Document")).toHaveValue(/^borealis-/);
  },
);

test("an owner in the address whom nobody knows is not asked about", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  const owners: unknown[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/playground/api/matrix")) owners.push(request.postDataJSON().resource.attr.ownerId);
  });
  await workspace.signIn("Jonas");
  await page.goto("/matrix?document=aurora-11&owner=nobody");
  await expect(page.getByRole("row")).toHaveCount(11, SOON);
  expect(owners).not.toContain("nobody");
});
