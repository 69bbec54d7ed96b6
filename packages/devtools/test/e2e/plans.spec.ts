import { expect } from "@playwright/test";
import { test } from "./app.ts";
import { openTab } from "./tabs.ts";

test("a plan has its kind, its age and its condition, as a tree and as CEL", async ({ signedIn: page }) => {
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  const tab = await openTab(page, "Plans");
  const plan = tab.getByRole("article", { name: "edit on document" });
  await expect(plan).toContainText("CONDITIONAL: allowed on resources that meet this condition.");
  await expect(plan).toContainText(/Answered \d+ s ago, fresh, in use on this page/);
  const all = plan.getByRole("list", { name: "Condition" }).getByRole("list").getByRole("listitem");
  await expect(all).toHaveText([
    'request.resource.attr.status does not equal "locked"',
    'request.resource.attr.ownerId equals "kp_ann"',
  ]);
  await plan.getByText("all of").click();
  await expect(all.first()).toBeHidden();
  await expect(plan.getByRole("textbox", { name: "Condition in CEL" })).toHaveValue(
    'request.resource.attr.status != "locked" && request.resource.attr.ownerId == "kp_ann"',
  );
});
