// Each denied action explains itself: by pointer, keyboard, touch and screen reader, with what the policy really says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Locator } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, NIGHTLY, test } from "./fixtures.ts";
import { type Workspace } from "./workspace.ts";

const policies = fileURLToPath(new URL("../../policies", import.meta.url));
const WHY_NOT_PUBLISH = "Not allowed: publish Harbour wind farm: budget. Why?";

/** The reasons that are shown. */
const reasons = ({ page }: Workspace): Locator => page.getByRole("dialog", { name: /^Why not/ });

test("says which attributes decided, which rule and which derived role, each with its line", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await workspace.cell("aurora-02", "edit").getByRole("button").click();
  const why = reasons(workspace);
  await expect(why).toContainText("state is one of draft or in review, but it is published");
  await expect(why).toContainText("organization equals Aurora Energy: yes");
  await expect(why).toContainText("It applies to you as document_editor.");
  await expect(why).toContainText('Its condition is not met: R.attr.state in ["draft", "in_review"]');
  await expect(why.getByRole("link", { name: "authors-edit-until-published" })).toBeVisible();
  await page.keyboard.press("Escape");

  // It is about him, and no attribute would change it.
  await workspace.cell("aurora-01", "publish").getByRole("button").click();
  await expect(why).toContainText("It depends only on you");
  await expect(why).toContainText("You are not reviewer here, so it does not apply to you.");
  const links = await why.getByRole("link").all();
  expect(links).toHaveLength(4);
  for (const link of links) {
    const { pathname, searchParams } = new URL((await link.getAttribute("href")) ?? "", page.url());
    expect(pathname).toBe("/policies");
    const lines = readFileSync(join(policies, searchParams.get("file") ?? ""), "utf8").split("\n");
    expect(lines[Number(searchParams.get("line")) - 1]).toContain(`name: ${await link.innerText()}`);
  }
  await page.keyboard.press("Escape");

  // In the words of the policy, if it has some.
  await workspace.cell("aurora-01", "share").getByRole("button").click();
  await expect(why).toContainText("Only a published document can be shared.");
  await expect(why).toContainText("owner equals Jonas Weber, but it is Mara Lindqvist");
});

test(
  "shows by pointer and by focus, stays while one is in it, and goes by Escape",
  EACH_CLOCK,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    const why = reasons(workspace);
    const button = page.getByRole("button", { name: WHY_NOT_PUBLISH });
    await button.hover();
    await expect(why).toContainText("reviewers-publish");
    // On the way into it, it stays.
    await why.getByText("Not allowed: publish").hover();
    await workspace.paints(30);
    await expect(why).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(why).toHaveCount(0);
    await page.mouse.move(0, 0);

    await workspace.cell("aurora-01", "edit").getByRole("button").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
    await expect(why).toContainText("reviewers-publish");
    await expect(button).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("Enter");
    await expect(why).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(why).toHaveCount(0);
    await expect(button).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(why).toBeFocused();
    await workspace.cell("aurora-01", "view").getByRole("button").focus();
    await expect(why).toHaveCount(0);
  },
);

test("the API says the same: pressed anyway, it refuses with its own words, and nothing changes", async ({
  workspace,
  stack,
}) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const before = stack.documents.find("aurora-01");
  await page.getByRole("button", { name: "Not allowed: delete Harbour wind farm: budget. Why?" }).click();
  const refused = page.waitForResponse((response) => response.request().method() === "DELETE");
  await page.getByRole("button", { name: "Try it anyway" }).click();
  expect((await refused).status()).toBe(403);
  await expect(reasons(workspace).getByRole("status")).toContainText("DELETE /api/documents/aurora-01 403");
  await expect(reasons(workspace).getByRole("status")).toContainText("The policies do not allow you to delete it.");
  expect(stack.documents.find("aurora-01")).toEqual(before);
  await workspace.answered();
});

test(
  "explains the decision of now, and says so if there are no reasons to be had",
  EACH_CLOCK,
  async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    await page.route("**/authz/api/plan/resources", (route) => route.fulfill({ status: 503, json: {} }));
    await workspace.cell("aurora-01", "publish").getByRole("button").click();
    await expect(reasons(workspace)).toContainText("The reasons could not be loaded");
    await page.unroute("**/authz/api/plan/resources");
    await page.keyboard.press("Escape");

    // Cerbos allows by now what the page still shows as denied.
    await page.route("**/authz/api/check/resources", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll("EFFECT_DENY", "EFFECT_ALLOW");
      await route.fulfill({ response, body });
    });
    await workspace.cell("aurora-01", "delete").getByRole("button").click();
    await expect(reasons(workspace)).toContainText("It is allowed now.");
  },
);

test("the reasons open to the side that has room for all of them", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  await page.setViewportSize({ width: 1280, height: 900 });
  // There is less room below its button than above it.
  await workspace.cell("aurora-01", "share").getByRole("button").click();
  await expect(reasons(workspace)).toContainText("Its condition is not met");
  const hidden = () =>
    page.locator(".why-body").evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  expect(await hidden()).toBe(0);
  await page.evaluate(() => window.scrollTo(0, 450));
  await expect.poll(hidden).toBe(0);
  const { y = 0 } = (await workspace.cell("aurora-01", "share").boundingBox()) ?? {};
  expect((await reasons(workspace).boundingBox())?.y).toBeGreaterThan(y);
});

test(
  "axe finds nothing wrong with the reasons, the answer of the API and the requests, wide and on a phone",
  EACH_CLOCK,
  async ({ workspace }) => {
    // Axe takes its time where others need the processor, too.
    test.setTimeout(180_000);
    const { page } = workspace;
    await workspace.signIn("Jonas");
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await workspace.cell("aurora-01", "share").getByRole("button").click();
      await expect(reasons(workspace)).toContainText("external_sharer");
      await page.getByRole("button", { name: "Try it anyway" }).click();
      await expect(reasons(workspace).getByRole("status")).toContainText("403");
      await workspace.answered();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Close" }).click();
      await expect(reasons(workspace)).toHaveCount(0);
      await page.getByRole("button", { name: "Show requests" }).click();
      await page.locator("dialog summary").first().click();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    }
  },
);

test(
  "the last requests show each check as it left, and nothing of the token or of another session",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    const sent: { resources: { resource: { id: string }; actions: string[] }[] }[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/authz/api/check/resources")) sent.push(request.postDataJSON());
    });
    await workspace.signIn("Mara");
    const drawer = page.getByRole("dialog", { name: "The last requests to Cerbos" });
    await page.getByRole("button", { name: "Show requests" }).click();
    await expect(drawer.locator("ol > li")).toHaveCount(2);
    const [first] = sent;
    await drawer.locator("ol > li > details > summary").last().click();
    const shown = await drawer.locator(".sent li").evaluateAll((items) =>
      items.map((item) => ({
        id: item.firstElementChild?.textContent.split(" ")[1],
        actions: [...item.querySelectorAll(".tag")].map((tag) => tag.textContent.split(" ")[0]),
      })),
    );
    expect(shown).toEqual(first?.resources.map(({ resource, actions }) => ({ id: resource.id, actions })));
    await drawer.getByText("JSON", { exact: true }).click();
    await expect(drawer.locator("pre")).toContainText('"kp_mara"');
    expect(await drawer.innerText()).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}/);
    await page.keyboard.press("Escape");

    await workspace.switchTo("Cascade Logistics");
    await workspace.seesOrganization("Cascade Logistics");
    await page.getByRole("button", { name: "Show requests" }).click();
    await expect(drawer.locator("ol > li")).not.toHaveCount(0);
    expect(await drawer.evaluate((element) => element.textContent)).not.toContain("aurora");
  },
);

test("who acts by keyboard is still in the same cell after it", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const cell = workspace.cell("aurora-01", "edit");
  await cell.getByRole("button").press("Enter");
  // Held, the check of the document with its new title is pending.
  const held = Promise.withResolvers<void>();
  await page.route("**/authz/api/check/resources", async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.getByLabel("Title").fill("Another title");
  await page.keyboard.press("Enter");
  await expect(cell.locator('[data-answer="pending"]')).toBeAttached();
  await expect(cell).toBeFocused();
  held.resolve();
  await expect(cell.locator('[data-answer="allowed"]')).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(cell.getByRole("button", { name: "edit Another title" })).toBeFocused();
});
