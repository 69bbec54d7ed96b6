import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { test } from "@kinde-cerbos/chromium/test";
import { expect } from "@playwright/test";
import { preview, type PreviewServer } from "vite";

const root = fileURLToPath(new URL("../storybook", import.meta.url));
const outDir = fileURLToPath(new URL("../../test-results/storybook", import.meta.url));

let server: PreviewServer;
let url: string;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  const args = ["build", "--output-dir", outDir, "--loglevel", "error"];
  await promisify(execFile)(`${root}/node_modules/.bin/storybook`, args, { cwd: root });
  server = await preview({
    root,
    configFile: false,
    logLevel: "silent",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  url = server.resolvedUrls?.local[0] ?? "";
});
test.afterAll(() => server.close());

test("stories with different users are on one docs page of a built Storybook", async ({ page }) => {
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  await page.goto(`${url}iframe.html?viewMode=docs&id=toolbar--docs`);
  const buttonsOf = async (story: string): Promise<string[]> => {
    const buttons = page.locator(`[id^="story--toolbar--${story}"]`).first().getByRole("button");
    await expect(buttons.first()).toBeVisible();
    return buttons.evaluateAll((all) =>
      all.map((one) => `${one.textContent}${one.hasAttribute("disabled") ? " (off)" : ""}`),
    );
  };
  for (const [story, buttons] of [
    ["owner", ["Edit"]],
    ["administrator", ["Edit", "Delete"]],
    ["signed-out", ["Edit (off)"]],
    ["loading", ["… (off)"]],
    ["stranger", ["Edit (off)"]],
  ] as const) {
    await expect.poll(() => buttonsOf(story)).toEqual(buttons);
  }
  expect(problems).toEqual([]);
});

test("a story uses its own parameter", async ({ page }) => {
  await page.goto(`${url}iframe.html?id=toolbar--administrator`);
  await expect(page.getByRole("button", { name: "Delete" })).toBeVisible();
  await page.goto(`${url}iframe.html?id=toolbar--owner`);
  await expect(page.getByRole("button", { name: "Edit" })).toBeEnabled();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
});
