import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { NIGHTLY, test } from "./fixtures.ts";

// Many requests and all of axe, on a machine that may be at work.
test.setTimeout(90_000);

/** What each of the three doors makes of each request: directly, through the gateway, at the API. */
const EXPECTED: { readonly [lie: string]: readonly [direct: string, gateway: string, api: string] } = {
  view: ["Allowed", "Allowed", "Allowed"],
  delete: ["Denied", "Denied", "Denied 403"],
  subject: ["Denied", "Denied", "Denied 403"],
  roles: ["Denied", "Denied", "Denied 403"],
  organization: ["Denied", "Denied", "Denied 404"],
  "no-token": ["Denied", "Refused 401", "Refused 401"],
  "forged-key": ["Refused 400", "Refused 401", "Refused 401"],
  "forged-claims": ["Refused 400", "Refused 401", "Refused 401"],
  damaged: ["Refused 400", "Refused 401", "Refused 401"],
  "alg-none": ["Refused 400", "Refused 401", "Refused 401"],
  expired: ["Refused 400", "Refused 401", "Refused 401"],
  "other-application": ["Denied", "Refused 401", "Refused 401"],
  "other-issuer": ["Refused 400", "Refused 401", "Refused 401"],
  "id-token": ["Denied", "Refused 401", "Refused 401"],
  "in-address": ["Denied", "Refused 401", "Refused 401"],
  "two-tokens": ["Refused 400", "Refused 401", "Refused 401"],
  attributes: ["Allowed", "Allowed", "Denied 403"],
  probe: ["Revealed", "Refused 400", "Allowed"],
};

/** What the table shows, by lie. */
async function shown(page: Page): Promise<typeof EXPECTED> {
  const rows = await page.locator("tr[data-attack]").evaluateAll((found) =>
    found.map((row) => {
      const cells = [...row.querySelectorAll("td")].map((cell) => cell.textContent.trim());
      return [row.getAttribute("data-attack") ?? "", cells];
    }),
  );
  return Object.fromEntries(rows);
}

const sendAll = (page: Page) => page.getByRole("button", { name: /^Send all/ });
const summary = (page: Page) => page.locator(".attack-summary");

// packages/server/test/attacks has more of them, also in `test`.
test(
  "no lie wins more than the documents API forgives, and each says who stopped it",
  NIGHTLY,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    const before = stack.documents.find("aurora-01");
    await workspace.signIn("Jonas");
    await page.getByRole("link", { name: "Attack" }).click();
    await expect(sendAll(page)).toHaveAttribute("aria-disabled", "false");
    await expectAccessible(page);
    await sendAll(page).click();
    await expect(summary(page)).toHaveText(
      "16 lies sent. Successful: 2 directly, 1 through the gateway, 0 at the API.",
      {
        timeout: 20_000,
      },
    );
    expect(await shown(page)).toEqual(EXPECTED);
    expect(stack.documents.find("aurora-01")).toEqual(before);

    await page.getByRole("button", { name: "An expired token" }).click();
    await expect(page).toHaveURL(/\/attack\?lie=expired$/);
    const doors = page.locator(".door");
    await expect(doors).toHaveText([
      /Cerbos, before the policies.*invalid auxData/,
      /The gateway.*expired/,
      /The API.*expired/,
    ]);
    await expectAccessible(page);
  },
);

test("a lie has an address of its own, and is sent only when that is wanted", NIGHTLY, async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Ines");
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "DELETE") sent.push(request.url());
  });
  await page.goto("/attack?lie=attributes");
  const send = page.getByRole("button", { name: "Send it" });
  await expect(send).toHaveAttribute("aria-disabled", "false");
  expect(sent).toEqual([]);
  await send.click();
  await expect(summary(page)).toHaveText("1 lie sent. Successful: 1 directly, 1 through the gateway, 0 at the API.");
  expect(sent).toHaveLength(1);
});

test("no token is shown, whatever was sent", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Priya");
  await page.getByRole("link", { name: "Attack" }).click();
  const tokens = new Set<string>();
  page.on("request", (request) => {
    const all = `${request.url()} ${request.headers()["authorization"] ?? ""} ${request.postData() ?? ""}`;
    for (const [token] of all.matchAll(/[\w-]+\.[\w-]+\.[\w-]*/g)) if (token.startsWith("eyJ")) tokens.add(token);
  });
  await sendAll(page).click();
  await expect(summary(page)).toHaveText(/^16 lies sent/, { timeout: 20_000 });
  expect(tokens.size).toBeGreaterThan(8);
  for (const lie of Object.keys(EXPECTED)) {
    await page.locator(`[data-attack="${lie}"]`).getByRole("button").click();
    await expect(page.locator(".door pre")).toHaveCount(3);
    // Also what is folded away is in there.
    expect(await page.content()).not.toMatch(/eyJ[\w-]{10}/);
    expect(page.url()).not.toContain("eyJ");
  }
});
