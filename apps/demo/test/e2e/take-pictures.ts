// Takes a picture of every page in both themes at two widths, to look at: `pnpm --filter @kinde-cerbos/demo pictures`.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "@kinde-cerbos/chromium";
import { startStack } from "./stack.ts";
import { Workspace } from "./workspace.ts";

const folder = fileURLToPath(new URL("../../test-results/pictures/", import.meta.url));
const WIDTHS = [1280, 390];

await mkdir(folder, { recursive: true });
const stack = await startStack();
const chromium = await launchChromium();
for (const colorScheme of ["light", "dark"] as const) {
  const context = await chromium.browser.newContext({ baseURL: stack.url, colorScheme });
  const workspace = new Workspace(await context.newPage());
  const { page } = workspace;
  const take = async (name: string): Promise<void> => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const path = `${folder}${name}-${colorScheme}-${width}.png`;
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  await workspace.open();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await take("landing");
  await workspace.signIn("Jonas");
  for (const link of await page.getByRole("navigation", { name: "Pages" }).getByRole("link").all()) {
    await link.click();
    await page.locator(".page-wait, [data-waiting]").waitFor({ state: "detached" });
    await take((await link.innerText()).toLowerCase().replaceAll(" ", "-"));
  }
  await page.goto("/attack");
  await page.getByRole("button", { name: /^Send all/ }).click();
  await page.getByText(/at the API\.$/).waitFor();
  await take("attack-sent");
  await page.goto("/cost");
  await page.getByRole("button", { name: "Run both" }).click();
  await page.getByText(/^In this run/).waitFor();
  await take("cost-measured");
  await page.goto("/matrix");
  await page.getByRole("button", { name: "Jonas Weber in Aurora Energy, publish: No" }).click();
  await page.locator(".why li").first().waitFor();
  await take("matrix-why");
  await page.goto("/faults?fault=pdp-down");
  await page.getByRole("button", { name: "Check again" }).click();
  await page.locator('.request-log [data-good="false"]').first().waitFor();
  await take("faults-down");
  await page.goto("/own-kinde");
  await page.getByRole("button", { name: "Run the doctor" }).click();
  await page.locator('[data-report="true"]').waitFor();
  await take("own-kinde-doctor");
  await page.goto("/people?person=kp_tomas");
  await page.getByLabel("Reviewer").check();
  await page.getByText(/^Changed/).waitFor();
  await take("people-changed");
  await page.getByRole("button", { name: "Undo all changes" }).click();
  await page.getByText("Nothing has changed yet.").waitFor();
  await page.goto("/");
  await workspace.cell("aurora-01", "share").getByRole("button").click();
  await page.getByText("external_sharer").waitFor();
  await take("why");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show requests" }).click();
  await page.locator("dialog summary").last().click();
  await take("requests");
  await context.close();
}
await chromium.close();
await stack.close();
