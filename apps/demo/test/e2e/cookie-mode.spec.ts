import { expect } from "@playwright/test";
import { EACH_CLOCK, test } from "./fixtures.ts";

// As with Kinde's custom domain: no script can read the refresh token.
test.use({ refreshToken: "cookie" });

test("with the refresh token in a cookie: sign-in, switch, reload and sign-out", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
  await page.reload();
  await workspace.seesOrganization("Borealis Health");
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_borealis"));
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => /refresh/i.test(key)))).toEqual([]);

  await workspace.signOut();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
});

test(
  "with the refresh token in a cookie: another tab follows a switch and a sign-out",
  EACH_CLOCK,
  async ({ workspace, allowedBy }) => {
    await workspace.signIn("Mara");
    const other = await workspace.anotherTab("Aurora Energy");
    await workspace.switchTo("Borealis Health");
    await other.seesOrganization("Borealis Health");
    expect(await other.offered()).toEqual(await allowedBy("kp_mara", "org_borealis"));
    await other.signOut();
    await expect(workspace.page.getByRole("button", { name: "Sign in" })).toBeVisible();
  },
);
