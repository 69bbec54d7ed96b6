import { expect, signInAs } from "@kinde-cerbos/testing/playwright";
import { type Page } from "@playwright/test";
import { test } from "./app.ts";

test.beforeEach(({ page }) => page.goto("/"));

/** What the page says of the organization, and whether one may edit. */
async function sees(page: Page, organization: string, mayEdit: boolean): Promise<void> {
  await expect(page.getByRole("heading")).toHaveText(organization);
  await expect(page.getByRole("button", { name: "Edit" })).toBeEnabled({ enabled: mayEdit });
}

test("signs a person in, to their first organization", async ({ page }) => {
  await signInAs(page, { person: "kp_ann" });
  expect(new URL(page.url()).search).toBe("");
  await sees(page, "org_north", true);
});

test("signs in to an organization that the app has not asked for, and from a page of the issuer", async ({ page }) => {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Sign in to Documents" }).waitFor();
  await signInAs(page, { person: "kp_ann", organization: "org_south" });
  await sees(page, "org_south", true);
});

test("signs another person in on the same page, whom the issuer still knows", async ({ page }) => {
  await signInAs(page, { person: "kp_ann" });
  await sees(page, "org_north", true);
  // The app forgets, and the issuer does not.
  await page.evaluate(() => localStorage.clear());
  await page.goto("/");
  await signInAs(page, { person: "kp_ben", organization: "org_north", button: page.getByText("Sign in") });
  await sees(page, "org_north", false);
});

test("says who there is, or why the issuer refuses", async ({ page }) => {
  await expect(signInAs(page, { person: "kp_eve" })).rejects.toThrow(
    'The issuer has no person "kp_eve". It has: kp_ann, kp_ben.',
  );
  await page.goto("/");
  await expect(signInAs(page, { person: "kp_ben", organization: "org_south" })).rejects.toThrow(
    'The issuer has not signed in "kp_ben": kp_ben is not a member of the organization org_south.',
  );
});
