// The headers of docs/guides/hardening.md: the playground works under them, and no policy of theirs is violated.
import { readFileSync } from "node:fs";
import { expect } from "@playwright/test";
import { blocksOf } from "../../../../docs/test/blocks.ts";
import { test } from "./fixtures.ts";

const GUIDE = "docs/guides/hardening.md";
const guide = readFileSync(new URL(`../../../../${GUIDE}`, import.meta.url), "utf8");

/** The headers that the guide has to paste, for this Kinde domain. */
function headersFor(kinde: string): Record<string, string> {
  const block = blocksOf(GUIDE, guide).find(({ title }) => title === "headers");
  const lines = block!.code.replaceAll("https://YOUR_DOMAIN.kinde.com", kinde).split("\n");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
}

test("signing in, checks, events and a switch of the organization work under the headers of the guide", async ({
  workspace,
  stack,
}) => {
  const { page } = workspace;
  const headers = headersFor(stack.kinde.url);
  expect(headers["Content-Security-Policy"]).toContain(`frame-src 'self' ${stack.kinde.url}`);
  const violations: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|violates/i.test(message.text())) violations.push(message.text());
  });
  stack.headers = headers;
  await workspace.open();
  await workspace.signIn("Mara");
  const isLoaded = await page.evaluate(() => performance.timeOrigin);
  await expect.poll(() => stack.streams.open.size).toBeGreaterThan(0);
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
  // Silently: a frame that is forbidden would have led to a redirect.
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(isLoaded);
  expect(violations).toEqual([]);
});
