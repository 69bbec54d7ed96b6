/**
 * Lighthouse's scores of every page, on a phone and on a desktop: `pnpm --filter @kinde-cerbos/demo lighthouse`. Ends
 * with 1 if accessibility, best practices or SEO is below 100. Lighthouse itself comes from the npm registry.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { launchChromium } from "@kinde-cerbos/chromium";
import { freePort } from "@kinde-cerbos/cli/internal";
import { chromium } from "@playwright/test";
import { startStack } from "./stack.ts";
import { Workspace } from "./workspace.ts";

const LIGHTHOUSE = "lighthouse@13.5.0";
const CATEGORIES = ["accessibility", "best-practices", "seo"];

interface Result {
  readonly categories: Readonly<
    Record<
      string,
      { readonly score: number; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }
    >
  >;
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly title: string }>>;
}

const run = promisify(execFile);
const stack = await startStack();
const port = await freePort();
const running = await launchChromium([`--remote-debugging-port=${port}`]);
// Lighthouse opens its tabs in the browser's own context, so that is the one that is signed in.
const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
const [context] = browser.contexts();
if (!context) throw new Error("Chromium has no context.");
const workspace = new Workspace(await context.newPage());
// As wide as the navigation needs to be seen.
await workspace.page.setViewportSize({ width: 1280, height: 900 });
await workspace.page.goto(stack.url);
await workspace.page.getByRole("button", { name: "Sign in" }).waitFor();
await scoresOf("/", "landing");
await workspace.signIn("Jonas");
const links = await workspace.page.getByRole("navigation", { name: "Pages" }).getByRole("link").all();
if (links.length === 0) throw new Error("The page has no navigation.");
for (const path of await Promise.all(links.map((link) => link.getAttribute("href")))) await scoresOf(path ?? "/");
await browser.close();
await running.close();
await stack.close();

async function scoresOf(path: string, name = path): Promise<void> {
  for (const preset of ["--form-factor=mobile", "--preset=desktop"]) {
    const args = ["-y", "pnpm@12.21.0", "dlx", LIGHTHOUSE, new URL(path, stack.url).href];
    const options = [
      `--port=${port}`,
      preset,
      "--disable-storage-reset",
      "--max-wait-for-load=8000",
      "--output=json",
      "--quiet",
    ];
    const only = `--only-categories=${CATEGORIES.join(",")}`;
    // Not in sync: the pages are served by this process.
    const { stdout } = await run("npx", [...args, ...options, only], { maxBuffer: 1e8 });
    const { categories, audits }: Result = JSON.parse(stdout);
    const scores = CATEGORIES.map((category) => `${category} ${Math.round((categories[category]?.score ?? 0) * 100)}`);
    console.log(`${name} (${preset}): ${scores.join(", ")}`);
    for (const { auditRefs, score } of Object.values(categories)) {
      if (score === 1) continue;
      process.exitCode = 1;
      for (const { id, weight } of auditRefs) {
        const audit = audits[id];
        if (weight > 0 && audit?.score !== null && audit?.score !== 1) console.error(`  ${id}: ${audit?.title}`);
      }
    }
  }
}
