// The devtools are in no build for production, so these tests run the demo as `pnpm demo` does.
import { expect } from "@playwright/test";
import { demoPorts, runDemo } from "../stack-run.ts";
import { NIGHTLY, test } from "./fixtures.ts";
import { Workspace } from "./workspace.ts";

test.setTimeout(180_000);

test("the devtools are one key away on every page, and one button", NIGHTLY, async ({ chromium }) => {
  const ports = await demoPorts();
  const origin = `http://localhost:${ports.DEMO_PORT}`;
  const context = await chromium.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 } });
  // The build of other tests leaves "production" in the environment.
  const run = runDemo({ ...ports, NODE_ENV: "development" });
  try {
    await run.wrote("The playground runs at");
    const workspace = new Workspace(await context.newPage());
    const { page } = workspace;
    await workspace.open();
    await workspace.signIn("Jonas");
    const panel = page.getByRole("region", { name: "kinde-cerbos devtools" });
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(paths).toHaveLength(8);
    for (const path of paths) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator(".page-wait")).toHaveCount(0);
      await page.keyboard.press("F8");
      await expect(panel, path).toBeVisible();
      await page.keyboard.press("F8");
      await expect(panel, path).toHaveCount(0);
      await page.getByRole("button", { name: "Devtools F8" }).click();
      await expect(panel, path).toBeVisible();
      await page.keyboard.press("F8");
      await expect(panel, path).toHaveCount(0);
    }
    expect(workspace.crashes).toEqual([]);
  } finally {
    await context.close();
    run.kill("SIGTERM");
    await run.ended;
  }
});
