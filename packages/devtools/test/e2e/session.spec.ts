import { expect } from "@playwright/test";
import { test } from "./app.ts";
import { openTab } from "./tabs.ts";

test("the session is shown, and what a switch of the organization changes", async ({ signedIn: page }) => {
  const tab = await openTab(page, "Session");
  const status = tab.getByRole("region", { name: "Status" });
  await expect(status).toContainText("Signed in.");
  await expect(status).toContainText("org_north North");
  await expect(status.getByRole("timer")).toHaveText(/^in \d/);
  await expect(tab.getByRole("region", { name: "Principal" })).toContainText('attr.orgName"North"');
  await expect(tab.getByRole("region", { name: "Missing claims" })).toContainText(/no email, user_properties.*Tokens/);
  const claims = tab.getByRole("region", { name: "Claims" });
  await expect(claims.getByRole("row", { name: 'org_code "org_north" P.attr.orgCode' })).toBeVisible();
  const last = tab.getByRole("region", { name: "Last refresh" });
  await expect(last).toContainText("has not changed");
  await page.getByRole("button", { name: "Switch" }).click();
  await expect(page.getByRole("heading", { name: "kp_ann in org_south" })).toBeVisible();
  await expect(last).toContainText("The user switched to another organization.");
  await expect(last.getByRole("row", { name: 'claims.org_code changed "org_north" "org_south"' })).toBeVisible();
  await expect(last.getByRole("row", { name: 'principal.attr.orgCode changed "org_north" "org_south"' })).toBeVisible();
  // Of a token that was issued in the same second, only the id differs.
  await expect(last.getByText(/claims? that changes? with each token/)).toBeVisible();
  // The page shows that nobody is signed in, then leaves for Kinde, and closes the panel by it.
  const back = page.waitForEvent("load");
  await page.getByRole("button", { name: "Sign out" }).click();
  await back;
  await expect((await openTab(page, "Session")).getByText(/^Signed out\. No checks are sent/)).toBeVisible();
});
