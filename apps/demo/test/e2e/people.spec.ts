// Rights that are given and taken on the page, and what comes of it in token, principal and decisions.
import { expect, type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, NIGHTLY, test } from "./fixtures.ts";

// The page waits for a webhook and a new token, on a machine that may be busy.
test.setTimeout(90_000);
const SOON = { timeout: 30_000 };
const PHONE = { width: 360, height: 740 };

test.afterEach(async ({ stack }) => {
  await fetch(`${stack.kinde.url}/local/reset`, { method: "POST" });
});

/** The lines that are gone or new in the token or the principal. */
function changed(page: Page, title: "Access token" | "Cerbos principal", change: "added" | "removed"): Locator {
  return page.getByRole("region", { name: title }).locator(`[data-change="${change}"] code`);
}

function role(page: Page, name: string): Locator {
  return page.getByRole("group", { name: "Roles" }).getByLabel(name);
}

/** The decisions that are others than before, as `"Their own draft, publish: No, it was yes before"`. */
async function otherDecisions(page: Page): Promise<string[]> {
  return page.locator('[data-changed="true"]').evaluateAll((cells) =>
    cells.map((cell) => {
      const row = cell.closest("tr");
      const at = [...(row?.children ?? [])].findIndex((one) => one.contains(cell));
      const action = cell.closest("table")?.querySelectorAll("thead th")[at]?.textContent;
      return `${row?.firstElementChild?.textContent}, ${action}: ${cell.textContent}`;
    }),
  );
}

test(
  "one takes a role from oneself: the page's own token, principal and decisions are others",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Mara");
    await page.getByRole("link", { name: "People" }).click();
    await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
    await expect(page.getByRole("button", { name: "Mara Lindqvist (you)" })).toHaveAttribute("aria-pressed", "true");
    await page.evaluate(() => {
      window.memory = "kept";
    });

    await role(page, "Administrator").uncheck();
    await expect(page.getByRole("status")).toHaveText(/^Changed\. 0 more allowed, \d+ fewer\.$/, SOON);
    await expect(changed(page, "Access token", "removed").filter({ hasText: "roles:" })).toContainText('"key":"admin"');
    await expect(changed(page, "Access token", "added")).toHaveText(["New: permissions: none", "New: roles: none"]);
    await expect(changed(page, "Cerbos principal", "removed")).toHaveText([
      'Gone: attr.permissions: "documents:edit"',
      'Gone: roles: "admin"',
    ]);
    const decisions = await otherDecisions(page);
    expect(decisions).toContain("Somebody else's, published, delete: No, it was yes before");
    expect(decisions.every((decision) => decision.endsWith("No, it was yes before"))).toBe(true);
    await expectAccessible(page);

    await page.getByRole("button", { name: "Undo all changes" }).click();
    await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
    await expect(role(page, "Administrator")).toBeChecked();
    expect(await page.evaluate(() => window.memory)).toBe("kept");
  },
);

test("somebody else gets a role, which their next token says", NIGHTLY, async ({ workspace, stack }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await page.goto("/people?person=kp_tomas&organization=org_aurora");
  await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
  await expect(page.getByText("This page shows the token that Tomas will get next.")).toBeVisible();
  await role(page, "Editor").check();
  await expect(page.getByRole("status")).toHaveText(/^Changed\. \d+ more allowed, 0 fewer\.$/, SOON);
  await expect(changed(page, "Cerbos principal", "added")).toHaveText([
    'New: attr.permissions: "documents:edit"',
    'New: roles: "editor"',
  ]);
  await expect(page.getByLabel("Edit documents")).toBeDisabled();
  expect(await otherDecisions(page)).toContain("Somebody else's draft, edit: Yes, it was no before");
  // It is no view of the page: it is what the issuer says.
  const token = await stack.kinde.createToken({ person: "kp_tomas", organization: "org_aurora" });
  expect(atob(token.split(".")[1] ?? "")).toContain('"key":"editor"');

  await page.getByRole("button", { name: "Start a new comparison" }).click();
  await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.");
  await page.getByRole("button", { name: "Borealis Health" }).last().click();
  expect(new URL(page.url()).search).toBe("?person=kp_tomas&organization=org_borealis");
  await page.getByRole("button", { name: "Ines Moreau" }).click();
  await expect(page.getByRole("heading", { name: "Ines in Cascade Logistics" })).toBeVisible();
  expect(await page.content()).not.toMatch(/eyJ[\w-]{10}/);
});

test("flags, properties, the plan and its entitlements change, too", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await page.goto("/people?person=kp_ines&organization=org_cascade");
  await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
  const added = changed(page, "Cerbos principal", "added");

  const everywhere = page.getByRole("region", { name: "In every organization" });
  await everywhere.getByLabel("External sharing").selectOption("Default: off");
  await expect(added).toHaveText(["New: attr.featureFlags.external_sharing: false"], SOON);
  await everywhere.getByLabel("Department").fill("finance");
  await everywhere.getByLabel("Department").press("Enter");
  await expect(added).toContainText(['attr.userProperties.department: "finance"'], SOON);
  expect(await otherDecisions(page)).toEqual([
    "In review, Finance, publish: Yes, it was no before",
    "In review, Legal, publish: No, it was yes before",
    "Their own, published, share: No, it was yes before",
  ]);

  const organization = page.getByRole("region", { name: "The organization", exact: true });
  await organization.getByLabel("Plan").selectOption("Business");
  await expect(added).toContainText(["attr.entitlements.seats: 50"], SOON);
  await organization.getByLabel("Seats").fill("70");
  await organization.getByLabel("Seats").blur();
  await expect(added).toContainText(["attr.entitlements.seats: 70"], SOON);
  await organization.getByLabel("Review window days").fill("1.5");
  await organization.getByLabel("Review window days").blur();
  await expect(page.getByRole("alert")).toContainText("Nothing was changed", SOON);
});

test("on a phone, nothing is cut off, and axe finds nothing wrong", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await workspace.signIn("Mara");
  await page.goto("/people?person=kp_priya");
  await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
  await role(page, "Administrator").check();
  await expect(page.getByRole("status")).toHaveText(/^Changed/, SOON);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  await expectAccessible(page);
});

test("an open page follows a change of a policy", NIGHTLY, async ({ workspace, stack }) => {
  const { page } = workspace;
  const policies = `${stack.url}/playground/api/policies`;
  await workspace.signIn("Jonas");
  await page.goto("/people?person=kp_tomas");
  await expect(page.getByRole("status")).toHaveText("Nothing has changed yet.", SOON);
  const { text }: { text: string } = await (await fetch(`${policies}/file?path=document.yaml`)).json();
  const sent = JSON.stringify({ text: text.replace("[kinde_resource_owner, document_editor]", "[kinde_org_member]") });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${policies}/file?path=document.yaml`, { method: "PUT", headers, body: sent })).status).toBe(200);
  await expect(page.getByRole("status")).toHaveText(/^Changed\. [1-9]\d* more allowed, 0 fewer\.$/, SOON);
  await fetch(`${policies}/reset`, { method: "POST" });
});
