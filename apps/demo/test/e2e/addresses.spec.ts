// What one chooses on a page is in its address, and whoever opens that in a fresh tab sees the same.
import { expect, type Page } from "@playwright/test";
import { NIGHTLY, test } from "./fixtures.ts";

test.setTimeout(120_000);
const SOON = { timeout: 30_000 };

interface View {
  readonly path: string;
  readonly choose: (page: Page) => Promise<void>;
  readonly search: string;
  /** Expects what was chosen. */
  readonly see: (page: Page) => Promise<void>;
}

const VIEWS: readonly View[] = [
  {
    path: "/",
    choose: (page) => page.getByRole("button", { name: "Archived" }).click(),
    search: "?state=archived",
    see: async (page) => {
      await expect(page.getByRole("button", { name: "Archived" })).toHaveAttribute("aria-pressed", "true", SOON);
      await expect(page.locator(".documents tbody tr")).not.toHaveCount(0);
      await expect(page.locator(".documents tbody tr").filter({ hasNotText: "archived" })).toHaveCount(0);
    },
  },
  {
    path: "/policies",
    choose: (page) =>
      page.getByRole("navigation", { name: "Policy files" }).getByRole("link", { name: "library.yaml" }).click(),
    search: "?file=library.yaml",
    see: (page) => expect(page.locator(".cm-content")).toContainText("resource: library", SOON),
  },
  {
    path: "/people",
    choose: async (page) => {
      await page.getByRole("button", { name: "Tomas Rivera" }).click();
      await page.getByRole("main").getByRole("button", { name: "Borealis Health" }).click();
    },
    search: "?person=kp_tomas&organization=org_borealis",
    see: (page) => expect(page.getByRole("heading", { name: "Tomas in Borealis Health" })).toBeVisible(SOON),
  },
  {
    path: "/matrix",
    choose: async (page) => {
      await page.getByLabel("State").selectOption("draft");
      await page.getByLabel("Show").fill("mara aurora");
      await page.getByRole("button", { name: "Mara Lindqvist in Aurora Energy, delete: Yes" }).click(SOON);
    },
    search: "?state=draft&show=mara+aurora&cell=kp_mara+org_aurora+delete",
    see: async (page) => {
      await expect(page.getByRole("region", { name: "Reason" })).toContainText("Mara Lindqvist: delete", SOON);
      await expect(page.getByLabel("State")).toHaveValue("draft");
      await expect(page.getByRole("row")).toHaveCount(2);
    },
  },
  {
    path: "/faults",
    choose: (page) => page.getByRole("radio", { name: "Slow" }).check(),
    search: "?fault=pdp-slow",
    see: async (page) => {
      await expect(page.getByRole("radio", { name: "Slow" })).toBeChecked(SOON);
      await expect(page.getByRole("region", { name: "What happens" })).toContainText("two seconds");
    },
  },
  {
    path: "/attack",
    choose: (page) => page.getByRole("button", { name: "An expired token" }).click(),
    search: "?lie=expired",
    see: (page) =>
      expect(page.getByRole("button", { name: "An expired token" })).toHaveAttribute("aria-expanded", "true", SOON),
  },
  {
    path: "/cost",
    choose: async (page) => {
      await page.getByText("300", { exact: true }).click();
      await page.getByText("@cerbos/http", { exact: true }).click();
    },
    search: "?checks=300&client=http",
    see: async (page) => {
      await expect(page.getByRole("radio", { name: "300" })).toBeChecked(SOON);
      await expect(page.getByRole("radio", { name: "@cerbos/http" })).toBeChecked();
      await expect(page.locator('[data-figure="checks"]')).toHaveText(["0 of 300", "0 of 300"]);
    },
  },
  {
    path: "/own-kinde",
    choose: async (page) => {
      await page.getByRole("button", { name: "Run the doctor" }).click();
      await page.getByLabel("Show passed checks too").check(SOON);
    },
    search: "?findings=all",
    see: async (page) => {
      const passed = page.getByLabel("Show passed checks too");
      // What the doctor found is of that moment: a fresh tab runs it again.
      if (!(await passed.isVisible())) await page.getByRole("button", { name: "Run the doctor" }).click();
      await expect(passed).toBeChecked(SOON);
    },
  },
];

test("a view of each page is in its address, for whoever opens it", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(VIEWS.map(({ path }) => path)).toEqual(paths);
  for (const { path, choose, search, see } of VIEWS) {
    await page.goto(path);
    await choose(page);
    await see(page);
    expect(new URL(page.url()).search).toBe(search);
    const fresh = await page.context().newPage();
    await fresh.goto(page.url());
    await see(fresh);
    expect(fresh.url()).toBe(page.url());
    await fresh.close();
  }
});
