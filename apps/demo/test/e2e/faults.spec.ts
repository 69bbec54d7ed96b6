// What an app shows when something is wrong on its way to Cerbos: with decisions on the page, and without any.
import { expect, type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, NIGHTLY, test } from "./fixtures.ts";

test.setTimeout(90_000);
const SOON = { timeout: 30_000 };
const PHONE = { width: 360, height: 740 };

const app = (page: Page): Locator => page.getByRole("region", { name: "The app" });
const log = (page: Page): Locator => page.getByRole("region", { name: "Requests" });
const rows = (page: Page, answer: string): Locator => app(page).locator(`[data-answer="${answer}"]`);

/** Four documents, and Cerbos has said of all of them that something is allowed. */
async function expectAllowed(page: Page): Promise<void> {
  await expect(rows(page, "allowed")).toHaveCount(4, SOON);
}

const fault = (page: Page, name: string): Locator => page.getByRole("radio", { name, exact: true });

/** Has the app check with a fault, when it has decisions on the page. */
async function checkWith(page: Page, name: string): Promise<void> {
  await fault(page, "No fault").check();
  await expectAllowed(page);
  await fault(page, name).check();
  await app(page).getByRole("button", { name: "Check again" }).click();
}

const UNREACHABLE = "Cerbos is unreachable";

test(
  "when Cerbos cannot be asked, the last decisions stay, and without any nothing is allowed",
  NIGHTLY,
  async ({ workspace }) => {
    test.setTimeout(300_000);
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.goto("/faults");
    for (const [name, notice, words] of [
      ["Down", UNREACHABLE, /503 No PDP answers/],
      ["Does not answer", "Cerbos did not answer in time", /504 No PDP answered in time/],
      ["Overloaded", UNREACHABLE, /429 too many requests/],
      ["A proxy answers instead", UNREACHABLE, /503 The PDP answered 502/],
      ["Off", UNREACHABLE, /Failed\. No answer/],
      ["Does not answer the gateway", UNREACHABLE, /503 /],
    ] as const) {
      await checkWith(page, name);
      await expect(app(page)).toContainText("Permissions are not up to date", SOON);
      await expect(app(page)).toContainText(notice);
      await expect(log(page)).toContainText(words);
      await expectAllowed(page);

      await app(page).getByRole("button", { name: "Start again" }).click();
      await expect(rows(page, "error")).toHaveCount(4, SOON);
      await expect(rows(page, "allowed")).toHaveCount(0);
    }
    // It goes on by itself.
    await fault(page, "No fault").check();
    await expectAllowed(page);
    await expect(app(page).getByRole("alert")).toHaveCount(0);
    expect(new URL(page.url()).search).toBe("");
  },
);

test("a token that the gateway refuses denies everything at once", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await page.goto("/faults");
  for (const name of ["Signs with other keys", "Its clock is two hours ahead", "Its clock is two hours behind"]) {
    await checkWith(page, name);
    await expect(app(page)).toContainText("Your session has ended. Sign in again to continue.", SOON);
    await expect(rows(page, "allowed")).toHaveCount(0);
    await expect(log(page)).toContainText("401 ");
    // The token stays refused, as in an app: only a new session helps.
    await fault(page, "No fault").check();
    await app(page).getByRole("button", { name: "Start again" }).click();
    await expectAllowed(page);
  }
});

test(
  "a slow Cerbos leaves the decisions on the page, and is waited for without any",
  EACH_CLOCK,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.goto("/faults?fault=pdp-slow");
    await expect(rows(page, "pending")).toHaveCount(4);
    await expectAllowed(page);
    await app(page).getByRole("button", { name: "Check again" }).click();
    await expect(log(page)).toContainText("Waiting…");
    await expectAllowed(page);
  },
);

test(
  "offline: nothing is sent, the decisions stay, and it goes on when the browser is back",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.goto("/faults");
    await expectAllowed(page);
    await fault(page, "Offline").check();
    await app(page).getByRole("button", { name: "Check again" }).click();
    await expectAllowed(page);
    await expect(log(page).getByRole("listitem")).toHaveCount(1);
    await app(page).getByRole("button", { name: "Start again" }).click();
    await expect(rows(page, "pending")).toHaveCount(4);
    // Nothing in the meantime, although both buttons were pressed.
    await expect(log(page).getByRole("listitem")).toHaveCount(1);
    await fault(page, "No fault").check();
    await expectAllowed(page);
  },
);

test("a token that has expired, or ends, allows nothing and sends nothing", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await page.goto("/faults?fault=token-expired");
  await expect(app(page)).toContainText("Your session has ended. Sign in again to continue.", SOON);
  await expect(rows(page, "allowed")).toHaveCount(0);
  await expect(log(page)).toContainText("None yet.");
  await expectAccessible(page);

  await fault(page, "The token expires").check();
  await expectAllowed(page);
  await expect(app(page)).toContainText("Your session has ended. Sign in again to continue.", { timeout: 40_000 });
  await expect(rows(page, "allowed")).toHaveCount(0);
});

test("the other pages notice nothing of a fault", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const offered = await workspace.offered();
  await page.goto("/faults?fault=pdp-down");
  await expect(rows(page, "error")).toHaveCount(4, SOON);
  await expectAccessible(page);
  await page.getByRole("link", { name: "Workspace" }).click();
  await workspace.answered();
  expect(await workspace.offered()).toEqual(offered);
});

test("on a phone, nothing is cut off, and axe finds nothing wrong", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await workspace.signIn("Jonas");
  await page.goto("/faults");
  await page.getByRole("combobox", { name: "Fault" }).selectOption("Slow");
  await expectAllowed(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  await expectAccessible(page);
});
