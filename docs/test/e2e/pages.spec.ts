// Each page of the built site in a browser, light and dark, wide and narrow: nothing is wider than the window, nothing
// is written to the console, and axe finds nothing wrong with the content. With PICTURES=1, a picture of each is in
// test-results/pages.
import { existsSync, globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { test } from "@kinde-cerbos/chromium/test";
import { expect, type Page, type Route } from "@playwright/test";

const docs = fileURLToPath(new URL("../../", import.meta.url));
const site = `${docs}.vitepress/dist`;
const ORIGIN = "http://docs.test";

/** Pages of the API look alike, so those of React stand for all. */
const paths = globSync(
  ["*.html", "{tutorial,guides,concepts,reference}/*.html", "reference/api/react/{index,*/useCan}.html"],
  {
    cwd: site,
  },
).toSorted();

/** What our own content can get wrong. The rest of a page is VitePress' theme. */
const RULES = [
  "color-contrast",
  "heading-order",
  "image-alt",
  "link-name",
  "scrollable-region-focusable",
  "svg-img-alt",
];

const looks = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "light", width: 390 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "dark", width: 390 },
] as const;

/** Answers with a file of the site, without a server. Returns whether there is one. */
async function serve(route: Route): Promise<boolean> {
  const { origin, pathname } = new URL(route.request().url());
  const path = site + decodeURI(pathname);
  const isThere = origin === ORIGIN && existsSync(path);
  await (isThere ? route.fulfill({ path }) : route.abort());
  return isThere;
}

/** What is wrong with the page as it is. */
async function problemsOf(page: Page): Promise<unknown[]> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  // Code has thousands of elements, whose colors are those of the highlighter's two themes.
  const { violations } = await new AxeBuilder({ page }).include(".VPContent").exclude("pre").withRules(RULES).analyze();
  return [
    ...(tooWide > 0 ? [`${tooWide} px too wide`] : []),
    ...violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
  ];
}

test("there are pages", () => expect(paths.length).toBeGreaterThan(60));

for (const path of paths) {
  test(path, async ({ page }) => {
    const problems: unknown[] = [];
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    await page.route("**/*", async (route) => {
      if (!(await serve(route))) problems.push(`There is no ${route.request().url()}`);
    });
    for (const { colorScheme, width } of looks) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${ORIGIN}/${path}`);
      await expect(page.locator("h1").first()).toBeVisible();
      const found = await problemsOf(page);
      if (found.length > 0) problems.push({ colorScheme, width, found });
      if (process.env["PICTURES"]) {
        const file = `${path.replaceAll("/", "_").replace(".html", "")}-${colorScheme}-${width}.png`;
        await page.screenshot({ path: `${docs}test-results/pages/${file}`, fullPage: true });
      }
    }
    expect(problems).toEqual([]);
  });
}
