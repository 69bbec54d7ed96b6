import { expect, signInAs } from "@kinde-cerbos/testing/playwright";
import { type Page } from "@playwright/test";
import { test } from "./app.ts";

test.beforeEach(({ page }) => page.goto("/"));

/** Returns what the page shows: the organization, and whether the user may edit. */
async function sees(page: Page, organization: string, mayEdit: boolean): Promise<void> {
  await expect(page.getByRole("heading")).toHaveText(organization);
  await expect(page.getByRole("button", { name: "Edit" })).toBeEnabled({ enabled: mayEdit });
}

test("signs a person in, to their first organization", async ({ page }) => {
  await signInAs(page, { person: "kp_ann" });
  expect(new URL(page.url()).search).toBe("");
  await sees(page, "org_north", true);
});

test("signs in to an organization that the app did not request, and from the issuer's page", async ({ page }) => {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Sign in to Documents" }).waitFor();
  await signInAs(page, { person: "kp_ann", organization: "org_south" });
  await sees(page, "org_south", true);
});

test("signs another person in although the issuer still has a session", async ({ page }) => {
  await signInAs(page, { person: "kp_ann" });
  await sees(page, "org_north", true);
  // The app deletes its session; the issuer keeps its own.
  await page.evaluate(() => localStorage.clear());
  await page.goto("/");
  await signInAs(page, { person: "kp_ben", organization: "org_north", button: page.getByText("Sign in") });
  await sees(page, "org_north", false);
});

test("lists the known people, or says why the issuer refuses", async ({ page }) => {
  await expect(signInAs(page, { person: "kp_eve" })).rejects.toThrow(
    'The issuer has no person "kp_eve". It has kp_ann, kp_ben. Add the person to kinde.json.',
  );
  await page.goto("/");
  await expect(signInAs(page, { person: "kp_ben", organization: "org_south" })).rejects.toThrow(
    'The issuer did not sign in "kp_ben": kp_ben is not a member of the organization org_south.',
  );
});
