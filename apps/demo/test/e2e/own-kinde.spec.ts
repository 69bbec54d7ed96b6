import { fileURLToPath } from "node:url";
import { type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { expect, type Page } from "@playwright/test";
import { type DemoPorts, demoPorts, runDemo } from "../stack-run.ts";
import { expectAccessible } from "./axe.ts";
import { NIGHTLY, test } from "./fixtures.ts";
import { Workspace } from "./workspace.ts";

test.setTimeout(120_000);

/** The report of the doctor, when it is there. */
async function runDoctor(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run the doctor" }).click();
  await expect(page.locator('[data-report="true"]')).toHaveText(/^Dangers: \d+/, { timeout: 30_000 });
}

test(
  "the set-up page says what is set, and the doctor examines it, also before a sign-in",
  NIGHTLY,
  async ({ workspace, stack }) => {
    const { page } = workspace;
    await page.getByRole("link", { name: "Use your own Kinde" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Your own Kinde" })).toBeFocused();
    await expect(page.locator('[data-variable="KINDE_DOMAIN"]')).toHaveText(
      `${stack.kinde.url} default: the local Kinde`,
    );
    // Nobody is signed in, so nothing is said of what they have.
    await expect(page.getByRole("row", { name: /^The role admin/ })).toBeVisible();
    await runDoctor(page);
    await expect(page.locator('[data-finding="token-accepted"]')).toContainText("Not proven");
    await expectAccessible(page);

    await page.getByRole("link", { name: "kinde-cerbos" }).click();
    await workspace.signIn("Mara");
    await page.getByRole("link", { name: "Your own Kinde" }).click();
    await runDoctor(page);
    await expect(page.locator('[data-finding="token-accepted"]')).toHaveCount(0);
    await page.getByLabel("Show passed checks too").check();
    await expect(page).toHaveURL(/\/own-kinde\?findings=all$/);
    await expect(page.locator('[data-finding="token-accepted"]')).toContainText("Fine");
    await expect(page.locator('[data-finding="check"]')).toContainText("Fine");
    await expect(page.getByRole("row", { name: /^Yes The role admin/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /^No The role reviewer/ })).toBeVisible();
    await expectAccessible(page);
    expect(await page.content()).not.toMatch(/eyJ[\w-]{10}/);
  },
);

test("a doctor who finds the PDP stopped says so, and what to do", NIGHTLY, async ({ workspace, stack }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await page.getByRole("link", { name: "Your own Kinde" }).click();
  await stack.pdp.stop();
  try {
    await runDoctor(page);
    await expect(page.locator(".findings li").first()).toContainText(/^Danger No PDP answers/);
  } finally {
    await stack.pdp.restart();
  }
});

/** A Kinde that the demo knows nothing of. */
async function startOtherKinde(ports: DemoPorts): Promise<LocalKinde> {
  const origin = `http://localhost:${ports.DEMO_PORT}`;
  return startLocalKinde({
    config: {
      applications: [
        {
          clientId: "my-own-app",
          name: "My own",
          redirectUris: [origin, `${origin}/silent.html`],
          logoutRedirectUris: [origin],
          claims: { include: ["roles", "email", "org_name", "user_properties"] },
        },
      ],
      roles: [{ key: "admin", name: "Administrator", permissions: [] }],
      organizations: [
        { code: "org_umbra", name: "Umbra Press" },
        { code: "org_vesper", name: "Vesper Films" },
      ],
      people: [
        {
          id: "kp_own",
          email: "own@example.com",
          givenName: "Olga",
          familyName: "Own",
          memberships: [{ organization: "org_umbra", roles: ["admin"] }, { organization: "org_vesper" }],
        },
      ],
    },
  });
}

test("the same playground runs on another Kinde and another PDP", NIGHTLY, async ({ chromium }) => {
  const ports = await demoPorts();
  const origin = `http://localhost:${ports.DEMO_PORT}`;
  await using kinde = await startOtherKinde(ports);
  let pdp: Pdp | undefined;
  const context = await chromium.newContext({ baseURL: origin });
  let run: ReturnType<typeof runDemo> | undefined;
  try {
    pdp = await startPdp({
      policies: fileURLToPath(new URL("../../policies", import.meta.url)),
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: "my-own-app", behindGateway: true },
    });
    run = runDemo({ ...ports, KINDE_DOMAIN: kinde.url, KINDE_CLIENT_ID: "my-own-app", CERBOS_PDP: pdp.url });
    await run.wrote(`You sign in at ${kinde.url}`);
    const programs = run.children().map(({ command }) => command);
    expect(programs.filter((command) => /issuer\.ts|cerbos\.json/.test(command))).toEqual([]);

    const workspace = new Workspace(await context.newPage());
    const { page } = workspace;
    await workspace.open();
    await expect(page.getByText("You sign in at your own Kinde.")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("five people")).toHaveCount(0);
    await workspace.signIn("Olga");
    await workspace.seesOrganization("Umbra Press");
    expect(await workspace.listed()).toHaveLength(60);
    await expect(page.getByText("Aurora Energy")).toHaveCount(0);
    await workspace.switchTo("Vesper Films");
    await workspace.seesOrganization("Vesper Films");
    expect((await workspace.listed()).every((id) => id?.startsWith("vesper-"))).toBe(true);

    await page.getByRole("link", { name: "Your own Kinde" }).click();
    await expect(page.locator("[data-variable]")).toHaveText([kinde.url, "my-own-app", "none", pdp.url]);
    await runDoctor(page);
    await expect(page.locator('[data-report="true"]')).toHaveText(/^Dangers: 0/);
    await page.getByRole("link", { name: "People" }).click();
    await expect(page.getByRole("main")).toContainText("so change people there");
    await page.getByRole("link", { name: "Policies" }).click();
    await expect(page.getByRole("main")).toContainText("its policies cannot be read or changed here");
    await page.getByRole("link", { name: "Matrix" }).click();
    await expect(page.getByRole("main")).toContainText("there is no matrix");
    await page.getByRole("link", { name: "Faults" }).click();
    await expect(page.getByRole("radio", { name: "Offline" })).toBeVisible();
    await expect(page.getByRole("radio", { name: /^The token/ })).toHaveCount(0);
    await page.getByRole("link", { name: "Attack" }).click();
    await page.getByRole("button", { name: /^Send all/ }).click();
    await expect(page.locator(".attack-summary")).toHaveText(/0 at the API\.$/, { timeout: 20_000 });
    await expect(page.getByRole("main")).not.toContainText("it does not answer");

    // In the development server, effects run twice: the count is that of a page in production all the same.
    await page.getByRole("link", { name: "Cost" }).click();
    await page.getByText("10", { exact: true }).click();
    await page.getByRole("button", { name: "Run both" }).click();
    await expect(page.getByText(/^In this run, batching took 1 request instead of 10,/)).toBeVisible({
      timeout: 20_000,
    });
    expect(workspace.crashes).toEqual([]);
  } finally {
    await context.close();
    run?.kill("SIGTERM");
    await run?.ended;
    await pdp?.stop();
  }
});
