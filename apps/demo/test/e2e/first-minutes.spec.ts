// The first five minutes of docs/demo.md, step by step.
import { expect } from "@playwright/test";
import { replaceInEditor } from "./editor.ts";
import { test } from "./fixtures.ts";

// Cerbos compiles for real, on a machine that may be busy.
test.setTimeout(90_000);
const SOON = { timeout: 30_000 };

test.afterEach(async ({ stack }) => {
  await fetch(`${stack.url}/playground/api/policies/reset`, { method: "POST" });
});

test("somebody who has read README only finds out why an action is denied, and allows it", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await expect(page.getByLabel("Requests of this page")).toContainText("checks301requests2");

  // A document of his own, in review.
  await workspace.cell("aurora-04", "share").getByRole("button").click();
  const reasons = page.getByRole("dialog", { name: /^Why not/ });
  await expect(reasons).toContainText("state equals published, but it is in review");
  await reasons.getByRole("button", { name: "Try it anyway" }).click();
  await expect(reasons).toContainText(/refused|not allowed/i);

  await reasons.getByRole("link", { name: "external-sharers-share-what-is-published" }).click();
  await expect(page.getByRole("status")).toHaveText("In use");
  await replaceInEditor(page, 'R.attr.state == "published" && (V', 'R.attr.state == "in_review" && (V');
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("status")).toHaveText("Applied: Cerbos uses it now", SOON);

  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(workspace.cell("aurora-04", "share").locator('[data-answer="allowed"]')).toBeVisible(SOON);
});
