import { expect } from "@playwright/test";
import { test } from "./app.ts";

test("the plugin of TanStack Devtools shows the panel, with what happened before it was opened", async ({
  signedIn: page,
}) => {
  await page.goto("/?plugin");
  await page.getByRole("heading", { name: "kp_ann in org_north" }).waitFor();
  await expect(page.getByRole("button", { name: "Edit draft" })).toBeVisible();
  await page.getByRole("button", { name: /tanstack devtools/i }).click();
  await page.getByText("Permissions", { exact: true }).click();
  const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
  await expect(panel.getByRole("tab", { name: "Session" })).toBeVisible();
});
