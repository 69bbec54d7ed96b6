import { expect, type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { EACH_CLOCK, test } from "./fixtures.ts";

// Many requests and all of axe, on a machine that may be at work.
test.setTimeout(90_000);

const figure = (run: Locator, name: string) => run.locator(`[data-figure="${name}"]`);

/** Runs both, and waits for the sentence that compares them. */
async function runBoth(page: Page): Promise<{ readonly single: Locator; readonly batched: Locator }> {
  const button = page.getByRole("button", { name: /^Run both/ });
  await expect(button).toHaveAttribute("aria-disabled", "false");
  await button.click();
  await expect(page.getByText(/^In this run/)).toBeVisible({ timeout: 20_000 });
  return { single: page.locator('[data-run="single"]'), batched: page.locator('[data-run="batched"]') };
}

const answersIn = (run: Locator) =>
  run.locator(".cells span").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("data-answer")));

for (const [client, name] of [
  ["fetch", "createFetchPdp"],
  ["http", "@cerbos/http"],
] as const) {
  test(`counts what was really sent, with ${name}`, EACH_CLOCK, async ({ workspace }) => {
    const { page } = workspace;
    await workspace.signIn("Jonas");
    const bodies: number[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/pdp/api/check/resources")) bodies.push(request.postDataBuffer()?.length ?? 0);
    });
    await page.goto(`/cost?checks=100&client=${client}`);
    await expect(page.getByRole("radio", { name })).toBeChecked();
    const { single, batched } = await runBoth(page);

    expect(bodies).toHaveLength(102);
    for (const [run, requests] of [
      [single, bodies.slice(0, 100)],
      [batched, bodies.slice(100)],
    ] as const) {
      await expect(figure(run, "checks")).toHaveText("100 of 100");
      await expect(figure(run, "requests")).toHaveText(String(requests.length));
      const sum = requests.reduce((total, bytes) => total + bytes, 0);
      await expect(figure(run, "sent")).toHaveText(`${(sum / 1000).toFixed(1)} kB`);
      await expect(figure(run, "received")).toHaveText(/^[1-9][\d.]* kB$/);
      await expect(figure(run, "until shown")).toHaveText(/^\d+ ms$/);
      await run.getByText("As a table").click();
      await expect(run.locator("tbody tr")).toHaveCount(requests.length);
      await expect(run.locator("svg .under-way")).toHaveCount(requests.length);
    }
    // Both have shown the same answers, of both kinds.
    const answers = await answersIn(single);
    expect(new Set(answers)).toEqual(new Set(["allowed", "denied"]));
    expect(await answersIn(batched)).toEqual(answers);

    // No run has anything from the one before.
    await runBoth(page);
    expect(bodies).toHaveLength(204);
  });
}

test("the choice is in the address, and a run that cannot be answered says so", EACH_CLOCK, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Ines");
  await page.getByRole("link", { name: "Cost" }).click();
  await page.getByText("10", { exact: true }).click();
  await page.getByText("@cerbos/http", { exact: true }).click();
  await expect(page).toHaveURL(/\/cost\?checks=10&client=http$/);
  const before = await runBoth(page);
  await before.single.getByText("As a table").click();
  await expectAccessible(page);
  await page.route("**/pdp/**", (route) => route.fulfill({ status: 400, json: { code: 3, message: "no" } }));
  const { single, batched } = await runBoth(page);
  for (const run of [single, batched]) {
    await expect(run.getByText("10 of the checks failed: is the PDP running?")).toBeVisible();
  }
  expect(await page.evaluate(() => globalThis.fetch.toString())).toContain("[native code]");
});
