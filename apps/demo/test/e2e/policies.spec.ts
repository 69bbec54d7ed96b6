// Policies that are changed in the page: errors on their lines, and decisions that follow.
import { expect } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { replaceInEditor } from "./editor.ts";
import { NIGHTLY, test } from "./fixtures.ts";

// Cerbos compiles and runs tests for real, on a machine that may be busy.
test.setTimeout(90_000);
const SOON = { timeout: 30_000 };

const PHONE = { width: 360, height: 740 };

test.afterEach(async ({ stack }) => {
  await fetch(`${stack.url}/playground/api/policies/reset`, { method: "POST" });
});

// In first-minutes.spec.ts, `test` has it.
test("a rule is changed and saved, and a button is there that was not", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  const cell = workspace.cell("aurora-01", "edit");
  await expect(cell.locator('[data-answer="denied"]')).toBeVisible();
  await page.getByRole("link", { name: "Policies" }).click();
  await expect(page.getByRole("status")).toHaveText("In use");

  await replaceInEditor(
    page,
    "derivedRoles: [kinde_resource_owner, document_editor]",
    "derivedRoles: [kinde_org_member]",
  );
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByRole("status")).toHaveText("Applied: Cerbos uses it now", SOON);
  await expect(page.getByRole("link", { name: "document.yaml changed" })).toBeVisible(SOON);

  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(cell.locator('[data-answer="allowed"]')).toBeVisible();

  await page.getByRole("link", { name: "Policies" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("link", { name: "document.yaml", exact: true })).toBeVisible(SOON);
  await page.getByRole("link", { name: "Workspace" }).click();
  await expect(cell.locator('[data-answer="denied"]')).toBeVisible();
});

test("what Cerbos does not take is on its line, and is not applied", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await replaceInEditor(page, 'expr: R.attr.state != "draft"', 'expr: R.attr.state != "draft" && (');
  await expect(page.getByLabel("Problems")).toContainText("Invalid expression", SOON);
  await expect(page.locator(".cm-lint-marker-error")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("status")).toHaveText("One problem, not applied");
  await page.getByLabel("Problems").getByRole("link", { name: "document.yaml, line 26" }).click();
  await expect(page.locator(".cm-activeLine")).toContainText("&& (");
  expect(new URL(page.url()).search).toBe("?file=document.yaml&line=26");
  await page.getByRole("link", { name: "Workspace" }).click();
  await workspace.answered();
  await expect(workspace.cell("aurora-01", "view").locator('[data-answer="allowed"]')).toBeVisible();
});

test("an address leads to a line of a file", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies?file=document_roles.yaml&line=19");
  await expect(page.locator(".cm-activeLine")).toContainText("name: reviewer");
  await page.getByRole("navigation", { name: "Policy files" }).getByRole("link", { name: "library.yaml" }).click();
  await expect(page.getByRole("heading", { name: "library.yaml" })).toBeVisible();
  expect(new URL(page.url()).search).toBe("?file=library.yaml");
});

test("a text that is not saved is still there after a look at another file", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  const files = page.getByRole("navigation", { name: "Policy files" });
  await files.getByRole("link", { name: "library.yaml" }).click();
  await expect(page.getByRole("status")).toHaveText("In use");
  await files.getByRole("link", { name: "document.yaml" }).click();
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
  await expect(page.locator(".cm-content")).toContainText("members-view-most");
});

test("policy tests run from the page, and say what a change breaks", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies?file=document.yaml&line=79");
  const results = page.getByRole("region", { name: "Policy tests" });
  await page.getByRole("button", { name: "Run tests" }).click();
  await expect(results).toContainText(/All [\d,]+ checks of \d+ tests passed/, SOON);
  await replaceInEditor(page, 'expr: R.attr.state != "archived"', "expr: true");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("status").first()).toHaveText("Applied: Cerbos uses it now", SOON);
  await page.getByRole("button", { name: "Run tests" }).click();
  await expect(results).toContainText(/checks failed/, SOON);
  await expect(results).toContainText(/delete .*: expected denied, was allowed/);
  await expectAccessible(page);
});

test("on a phone, nothing is cut off, and axe finds nothing wrong", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await page.setViewportSize(PHONE);
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await page.getByRole("combobox", { name: "File" }).selectOption("library.yaml");
  await expect(page.locator(".cm-content")).toContainText("resource: library");
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
  await expectAccessible(page);
});

test("a line or a file in the address that does not exist breaks nothing", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  for (const line of ["abc", "1.5", "-3", "1e99"]) {
    await page.goto(`/policies?file=library.yaml&line=${line}`);
    await expect(page.locator(".cm-content")).toContainText("resource: library");
    await expect(page.getByRole("alert")).toHaveCount(0);
  }
  await page.goto("/policies?file=../../etc/passwd");
  await expect(page.getByRole("alert")).toContainText("There is no policy file ../../etc/passwd");
  await expect(page.getByText("In use")).toHaveCount(0);
});

test("a PDP that is down when one saves is told, and the text is not lost", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await page.route("**/playground/api/policies/file?*", (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({ status: 503, json: { message: "Cerbos cannot be reached." } })
      : route.fallback(),
  );
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("alert")).toContainText("Cerbos cannot be reached.", SOON);
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
  await page.unroute("**/playground/api/policies/file?*");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("status")).toHaveText("Applied: Cerbos uses it now", SOON);
});

test("a text that is too long is a problem of the file, in plain words", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await page.locator(".cm-content").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(`# ${"x".repeat(300_000)}`);
  await expect(page.getByLabel("Problems")).toContainText("A file can have at most 100,000 characters.", SOON);
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(page.getByRole("status")).toHaveText("One problem, not applied");
  await expect(page.getByRole("alert")).toHaveCount(0);
  expect(errors).toEqual([]);
});

test("a text that is not saved is still there after a look at another page", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  await page.getByRole("link", { name: "Workspace" }).click();
  await workspace.answered();
  await page.goBack();
  await expect(page.locator(".cm-content")).toContainText("members-view-most");
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
});

test("an editor in another tab shows what was saved", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  const other = await page.context().newPage();
  await other.goto("/policies");
  await expect(other.getByRole("status")).toHaveText("In use");
  await page.goto("/policies");
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await expect(other.locator(".cm-content")).toContainText("members-view-most", SOON);
  await expect(other.getByRole("status")).toHaveText("In use");
  await expect(other.getByRole("link", { name: "document.yaml changed" })).toBeVisible();
});

test(
  "a text of one's own is kept when another tab saves, and replaces it only by a choice",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Tomas");
    const other = await page.context().newPage();
    await other.goto("/policies");
    await replaceInEditor(other, "name: authors-view-drafts", "name: authors-view-theirs");
    await page.goto("/policies");
    await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
    await page.getByRole("button", { name: "Save and apply" }).click();

    const notice = other.getByRole("alert").filter({ hasText: "This file has changed" });
    await expect(notice).toBeVisible(SOON);
    await expect(other.getByRole("status")).toHaveText("Not saved yet");
    await expect(other.locator(".cm-content")).toContainText("authors-view-theirs");
    await expectAccessible(other);

    await notice.getByRole("button", { name: "Discard my text" }).click();
    await expect(other.locator(".cm-content")).toContainText("members-view-most");
    await expect(other.getByRole("status")).toHaveText("In use");
    await expect(notice).toHaveCount(0);
  },
);

test("what is typed while a save runs is kept, and no other editor is blamed", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  const typed = Promise.withResolvers<void>();
  await page.route("**/playground/api/policies/file?*", async (route) => {
    if (route.request().method() !== "PUT") return route.fallback();
    const response = await route.fetch();
    await typed.promise;
    return route.fulfill({ response });
  });
  const notice = page.getByRole("alert").filter({ hasText: "This file has changed" });
  let isBlamed = false;
  void notice.waitFor({ timeout: 60_000 }).then(
    () => (isBlamed = true),
    () => {},
  );
  const saved = page.waitForRequest((request) => request.method() === "PUT");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await saved;
  await replaceInEditor(page, "name: authors-view-drafts", "name: authors-view-theirs");
  typed.resolve();

  await expect(page.getByRole("link", { name: "document.yaml changed" })).toBeVisible(SOON);
  await expect(page.getByRole("button", { name: "Save and apply" })).toBeEnabled(SOON);
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
  await expect(page.locator(".cm-content")).toContainText("authors-view-theirs");
  expect(isBlamed).toBe(false);
  await page.getByRole("link", { name: "Workspace" }).click();
  await workspace.answered();
  await page.goBack();
  await expect(page.getByRole("status")).toHaveText("Not saved yet");
  await expect(notice).toHaveCount(0);
});

test("the question before a reset is for the keyboard, too", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page.goto("/policies");
  await replaceInEditor(page, "name: members-view-what-is-no-draft", "name: members-view-most");
  await page.keyboard.press("ControlOrMeta+s");
  const reset = page.getByRole("button", { name: "Reset" });
  for (const leave of ["Enter", "Escape"]) {
    // It is disabled until Cerbos has loaded what was saved.
    await expect(reset).toBeEnabled(SOON);
    await reset.press("Enter");
    await expect(page.getByRole("button", { name: "Keep" })).toBeFocused();
    await page.keyboard.press(leave);
    await expect(reset).toBeFocused();
  }
});
