// An app as `npm create vite` makes it, set up by `kinde-cerbos init` alone and started by its own script. The set-up
// installs packages, ours from packed files; the tests talk to this machine only.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { createApp, type CreatedApp, RegistryError } from "./created-app.ts";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { signOut } from "./sign-out.ts";

let app: CreatedApp | undefined;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  try {
    app = await createApp();
  } catch (error) {
    test.skip(error instanceof RegistryError && !process.env["CI"], "The package registry cannot be reached.");
    throw error;
  }
});

test.afterAll(() => app?.close());

test("an app that init has set up compiles, and a wrong action does not", () => {
  expect(app?.run("tsc", "-b", "--pretty", "false")).toEqual({ status: 0, output: "" });

  const wrong = join(app!.folder, "src/wrong.tsx");
  writeFileSync(
    wrong,
    `import { Can } from "@kinde-cerbos/react";
    export const right = <Can action="edit" resource={{ kind: "document", id: "1" }}>Edit</Can>;
    export const wrong = <Can action="edti" resource={{ kind: "document", id: "1" }}>Edit</Can>;`,
  );
  const { status, output } = app!.run("tsc", "-b", "--pretty", "false");
  rmSync(wrong);
  expect(status).not.toBe(0);
  expect(output.match(/error TS/g)).toHaveLength(1);
  expect(output).toMatch(/^src\/wrong\.tsx\(3,.*Type '"edti"' is not assignable to type '"delete" \| "edit" \| "view"/);
});

test("init of the packed package has nothing to change in it", EACH_CLOCK, () => {
  const { status, output } = app!.run("kinde-cerbos", "init", ...app!.options);
  expect(status).toBe(0);
  expect(output).toContain("Nothing to change.");
  expect(output).not.toContain("pnpm install");
});

test("its page shows each person what the policy allows", async ({ chromium }) => {
  const context = await chromium.newContext({ baseURL: app!.url });
  const page = await context.newPage();
  const crashes: string[] = [];
  page.on("pageerror", (error) => crashes.push(error.message));
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Get started" })).toBeVisible();

  await signIn(page, "Ann Lee");
  await expect(page.getByRole("button", { name: "Delete" })).toBeVisible();
  await expect(page.getByText("Only its owner edits it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit" })).toHaveCount(0);

  await signOut(page);
  await signIn(page, "Tom Reed");
  await expect(page.getByRole("button", { name: "Edit" })).toBeVisible();
  await expect(page.getByText("Only an administrator deletes it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
  expect(crashes).toEqual([]);
  await context.close();
});

async function signIn(page: Page, person: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: new RegExp(person) }).click();
  await expect(page.getByRole("region", { name: "Permissions" })).toBeVisible();
}
