// The tutorial, as its pages say it: each block with a path is written into a new app, in order, and each block that
// shows a screen is compared with what the person named in it sees.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Child, freePort, startChild } from "@kinde-cerbos/cli/internal";
import { signInAs } from "@kinde-cerbos/testing/playwright";
import { type Browser, expect, type Page } from "@playwright/test";
import { type Block, blocksOf } from "../../../../docs/test/blocks.ts";
import { createApp, type CreatedApp, RegistryError } from "./created-app.ts";
import { NIGHTLY, test } from "./fixtures.ts";

const PAGES = ["index", "policy", "list", "api", "organizations", "go-live"];
const PEOPLE: { readonly [name: string]: string } = { "Ann Lee": "kp_ann", "Tom Reed": "kp_tom" };
/** The ports of the tutorial. The test has free ones instead. */
const APP_PORT = "5173";
const API_PORT = "8787";
/** How long the PDP may take to use a new policy, ms. */
const SOON = { timeout: 30_000 };

let app: CreatedApp | undefined;
let api: Child | undefined;
let apiPort = 0;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  try {
    app = await createApp();
    apiPort = await freePort();
  } catch (error) {
    test.skip(error instanceof RegistryError && !process.env["CI"], "The package registry cannot be reached.");
    throw error;
  }
});

test.afterAll(async () => {
  await api?.stop();
  await app?.close();
});

for (const name of PAGES) {
  const file = `docs/tutorial/${name}.md`;
  test(`${file} shows what it says`, NIGHTLY, async ({ chromium }) => {
    test.setTimeout(180_000);
    const markdown = readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8");
    for (const block of blocksOf(file, markdown)) await test.step(`line ${block.line}`, () => follow(block, chromium));
    expect(app!.run("tsc", "-b", "--pretty", "false")).toEqual({ status: 0, output: "" });
  });
}

/** Does what a block says. */
async function follow({ language, title, code }: Block, chromium: Browser): Promise<void> {
  if (title === undefined) return;
  const [, person, press] = /^screen: ([^>]+?)(?: > (.+))?$/.exec(title) ?? [];
  if (person !== undefined) return see(code, person, press, chromium);
  if (title === "terminal") return startApi(code);
  const path = join(app!.folder, title);
  const text = code.replaceAll(API_PORT, String(apiPort)).replaceAll(APP_PORT, new URL(app!.url).port);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, language === "diff" ? patched(readFileSync(path, "utf8"), text) : text);
}

/** The file with the lines that begin with a minus replaced by those that begin with a plus. */
function patched(file: string, diff: string): string {
  const linesOf = (sign: string): string =>
    diff
      .split("\n")
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  expect(file).toContain(linesOf("-"));
  return file.replace(linesOf("-"), () => linesOf("+"));
}

async function startApi(command: string): Promise<void> {
  const [program, ...args] = command.split(" ");
  expect(program).toBe("node");
  api = startChild({ name: "API", command: process.execPath, args, cwd: app!.folder, env: process.env });
  // It refuses a request without a token. On a busy machine Vite may miss a change of its configuration: save it again.
  const config = join(app!.folder, "vite.config.ts");
  await expect(async () => {
    writeFileSync(config, readFileSync(config, "utf8"));
    await expect.poll(statusOfApi, { timeout: 5_000 }).toBe(401);
  }).toPass(SOON);
}

/** The status of a request without a token, through Vite; 0 while it does not listen. */
function statusOfApi(): Promise<number> {
  return fetch(`${app!.url}/api/expenses`).then(
    (response) => response.status,
    () => 0,
  );
}

/** Compares the screen of a person. A page that is older than the PDP's new policy or Vite's start is opened again. */
async function see(screen: string, person: string, press: string | undefined, chromium: Browser): Promise<void> {
  const id = PEOPLE[person];
  if (id === undefined) throw new Error(`The tutorial signs in as ${person}, who is not one of its people.`);
  let isPressed = false;
  await expect(async () => {
    const context = await chromium.newContext({ baseURL: app!.url });
    context.setDefaultTimeout(10_000);
    try {
      const page = await context.newPage();
      await page.goto("/");
      await signInAs(page, { person: id });
      if (press !== undefined) {
        const pressed = page.getByRole("button", { name: press, exact: true }).first().click();
        // The button is gone if a press has worked, but was not seen in time.
        await (isPressed ? pressed.catch(() => {}) : pressed);
        isPressed = true;
      }
      await expect.poll(() => screenOf(page), { timeout: 5_000 }).toEqual(screen.split("\n"));
    } finally {
      await context.close();
    }
  }).toPass(SOON);
}

/** The lines of a screen. A button is in brackets. */
function screenOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll(':is(main, [aria-label="Permissions"]) :is(h1, p, li, :not(p, li) > button)')].map(
      (element) => {
        const line = document.createElement("div");
        line.append(element.cloneNode(true));
        for (const button of line.querySelectorAll("button")) button.textContent = `[${button.textContent}]`;
        return line.textContent.trim().replaceAll(/\s+/g, " ");
      },
    ),
  );
}
