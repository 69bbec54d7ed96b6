// What holds for every page of the navigation: what search engines and screen readers want, and a quiet console.
import { expect } from "@playwright/test";
import { NIGHTLY, test } from "./fixtures.ts";

test.setTimeout(120_000);

test(
  "every page has a title, a description and one heading of its own, and nothing is written to the console",
  NIGHTLY,
  async ({ workspace }) => {
    const { page } = workspace;
    const written: string[] = [];
    await workspace.signIn("Jonas");
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") written.push(message.text());
    });
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(paths).toContain("/people");
    const descriptions = new Set<string | null>();
    for (const path of paths) {
      // Loaded anew: the page's own code is the first that runs.
      await page.goto(path);
      const heading = page.getByRole("heading", { level: 1 });
      await expect(heading).toHaveCount(1);
      await expect(page).toHaveTitle(`${await heading.innerText()} · kinde-cerbos playground`);
      await page.locator(".page-wait, [data-waiting]").waitFor({ state: "detached" });
      descriptions.add(await page.locator('meta[name="description"]').getAttribute("content"));
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(page.locator('meta[name="viewport"]')).toHaveAttribute("content", /width=device-width/);
    }
    expect(descriptions.size).toBe(paths.length);
    expect(written).toEqual([]);
  },
);
