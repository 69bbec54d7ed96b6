import { launchChromium } from "./chromium.ts";
import { Workspace } from "./workspace.ts";
const { browser, close } = await launchChromium();
for (const scheme of ["light", "dark"] as const) {
const context = await browser.newContext({ baseURL: process.argv[2]!, viewport: { width: 1280, height: 800 }, colorScheme: scheme });
const page = await context.newPage();
page.on("console", (m) => console.log("console:", m.text().slice(0, 300)));
page.on("pageerror", (e) => console.log("error:", e.message));
const w = new Workspace(page);
await w.open();
await w.signIn("Jonas");
await page.keyboard.press("F8");
const tab = async (name: string) => { await page.getByRole("tab", { name, exact: true }).click(); await page.waitForTimeout(600); await page.screenshot({ path: `/tmp/shots/demo-${scheme}-${name.replaceAll(" ", "-")}.png` }); };
await tab("Session");
await tab("Batches");
await tab("What if");
await tab("Plans");
await page.getByRole("tab", { name: "Decisions" }).click();
await page.getByRole("row", { name: /denied.*edit/i }).first().click().catch((e: Error) => console.log(e.message.slice(0, 200)));
await tab("Decisions");
await context.close();
}
await close();
