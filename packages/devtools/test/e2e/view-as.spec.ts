import { expect, type Locator, type Page } from "@playwright/test";
import { NIGHTLY, test } from "./app.ts";
import { openTab } from "./tabs.ts";

const shows = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

/** Opens the tab. By then, the page has all of its decisions. */
async function openWhatIf(page: Page): Promise<Locator> {
  await expect(shows(page, "Edit draft")).toBeVisible();
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  return openTab(page, "What if");
}

async function viewAsBen(page: Page): Promise<Locator> {
  const tab = await openWhatIf(page);
  await tab.getByLabel("Person").selectOption("Ben Lee (kp_ben)");
  await tab.getByRole("button", { name: "View as Ben Lee" }).click();
  await page.getByRole("heading", { name: "kp_ben in org_north" }).waitFor();
  return tab;
}

test("the page has the other user's rights, the app's own user stays signed in, and undo sends nothing", async ({
  signedIn: page,
}) => {
  await viewAsBen(page);
  await expect(shows(page, "Delete draft")).toBeVisible();
  await expect(shows(page, "Edit other")).toBeVisible();
  await expect(shows(page, "Edit draft")).toHaveCount(0);
  await expect(page.getByText("Signed in as kp_ann")).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Viewing as Ben Lee in org_north.");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { name: "kp_ann in org_north" }).waitFor();
  await expect(shows(page, "Edit draft")).toBeVisible();
  await expect(shows(page, "Delete draft")).toHaveCount(0);
  await expect(page.getByText("Plan: CONDITIONAL")).toBeVisible();
  expect(sent).toEqual([]);
});

test(
  "the other user's denials have reasons, and overrides are marked as simulated",
  NIGHTLY,
  async ({ signedIn: page }) => {
    const tab = await viewAsBen(page);
    await tab.getByRole("group", { name: "Override “edit” on document locked" }).getByText("Allow").click();
    const decisions = await openTab(page, "Decisions");
    await decisions.getByRole("row", { name: "edit document draft" }).click();
    await expect(decisions.getByText("The policy resource.document.vdefault denies the action")).toBeVisible();
    await expect(decisions.getByText("Simulated in the “What if” tab")).toHaveCount(0);
    await decisions.getByRole("row", { name: "edit document locked" }).click();
    await expect(decisions.getByText("Simulated in the “What if” tab")).toBeVisible();
  },
);

test("another organization can be chosen, and overrides stay", NIGHTLY, async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  await tab.getByRole("group", { name: "Override “edit” on document locked" }).getByText("Allow").click();
  await tab.getByLabel("Organization").selectOption("South (org_south)");
  await tab.getByRole("button", { name: "View as Ann Lee" }).click();
  await page.getByRole("heading", { name: "kp_ann in org_south" }).waitFor();
  await expect(shows(page, "Edit locked")).toBeVisible();
  await tab.getByRole("button", { name: "Stop viewing as Ann Lee" }).click();
  await page.getByRole("heading", { name: "kp_ann in org_north" }).waitFor();
  await expect(shows(page, "Edit locked")).toBeVisible();
  await expect(page.getByRole("status")).toHaveText(
    /^What if: “edit” on document locked is allowed\. Simulated in this browser/,
  );
});

test("the token of the other user is neither shown, nor logged, nor stored", async ({ signedIn: page }) => {
  const logged: string[] = [];
  page.on("console", (message) => logged.push(message.text()));
  const given = page.waitForResponse((response) => response.url().endsWith("/local/tokens"));
  await viewAsBen(page);
  const { access_token: token }: { access_token: string } = await (await given).json();
  const signature = token.split(".")[2] ?? token;
  expect(signature.length).toBeGreaterThan(100);
  const found = await page.evaluate(async () => {
    const shadows = [...document.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot?.innerHTML ?? "");
    const stores = JSON.stringify([localStorage, sessionStorage, document.cookie, window.name]);
    const caches = (await window.caches.keys()).join();
    const databases = JSON.stringify(await indexedDB.databases());
    return [document.documentElement.outerHTML, ...shadows, stores, caches, databases, location.href].join();
  });
  expect(found).toContain("Ben Lee");
  expect(found).not.toContain(signature);
  expect(logged.join()).not.toContain(signature);
});

test("a sign-out in another tab ends the simulation and removes its decisions", async ({ signedIn: page, context }) => {
  const tab = await viewAsBen(page);
  await tab.getByRole("group", { name: "Override “edit” on document locked" }).getByText("Allow").click();
  await expect(shows(page, "Edit locked")).toBeVisible();
  const other = await context.newPage();
  await other.goto("/");
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.getByRole("button", { name: "Sign in" }).waitFor();
  await expect(page.getByRole("status")).toBeEmpty();
  await expect(shows(page, "Edit locked")).toHaveCount(0);
  await expect(shows(page, "Delete draft")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "kp_ben" })).toHaveCount(0);
});

test("an issuer without the API says what is needed", NIGHTLY, async ({ signedIn: page }) => {
  await page.route("**/local/people", (route) => route.fulfill({ status: 404, body: "" }));
  const tab = await openWhatIf(page);
  await expect(tab.getByText(/does not list its people\. “View as” needs @kinde-cerbos/)).toBeVisible();
  await expect(tab.getByRole("button", { name: /View as/ })).toHaveCount(0);
});

test("a refused token shows the reason, and the page does not change", NIGHTLY, async ({ signedIn: page }) => {
  const tab = await openWhatIf(page);
  await page.route("**/local/tokens", (route) => route.abort());
  await tab.getByRole("button", { name: "View as Ann Lee" }).click();
  await expect(tab.getByRole("alert")).toContainText("did not respond. Check that it is running.");
  await expect(page.getByRole("status")).toBeEmpty();
  await expect(shows(page, "Edit draft")).toBeVisible();
});

test("a token for a person who is no longer selected changes nothing", NIGHTLY, async ({ signedIn: page }) => {
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  await page.route("**/local/tokens", async (route) => {
    if (route.request().postData()?.includes("kp_ben")) await mayAnswer;
    await route.continue();
  });
  const tab = await openWhatIf(page);
  await tab.getByLabel("Person").selectOption("Ben Lee (kp_ben)");
  const late = page.waitForResponse((response) => Boolean(response.request().postData()?.includes("kp_ben")));
  await tab.getByRole("button", { name: "View as Ben Lee" }).click();
  await tab.getByLabel("Person").selectOption("Ann Lee (kp_ann)");
  await tab.getByRole("button", { name: "View as Ann Lee" }).click();
  await expect(page.getByRole("status")).toContainText("Viewing as Ann Lee");
  answer();
  await (await late).finished();
  await page.evaluate(async () => new Promise((resolve) => setTimeout(resolve)));
  await expect(page.getByRole("status")).toContainText("Viewing as Ann Lee");
});
