import { signInAs } from "@kinde-cerbos/testing/playwright";
import { expect } from "@playwright/test";
import { test } from "./app.ts";

test("signs in with Kinde's SDK for Next.js", async ({ page }) => {
  page.on("console", (m) => console.log("console", m.text()));
  page.on("request", (m) => console.log(m.method(), m.url().slice(0, 200)));
  await page.goto("/");
  await signInAs(page, { person: "kp_ann" });
  await expect(page.getByText("Ann Lee")).toBeVisible();
  await page.waitForTimeout(1000);
  console.log(await (await page.request.get("/documents")).text().then((t) => t.slice(0, 2500)));
});
test.afterEach(async ({ app }) => console.log(app.lines.join("\n")));
