import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Browser, type Page } from "@playwright/test";
import { percentile } from "../statistics.ts";
import { type LivePrograms } from "./programs.ts";

/** From a change to the changed button, in ms. */
export interface Latency {
  readonly rounds: number;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

/** Whose page it is: may not edit the document, unless a change says so. */
const PERSON = { id: "kp_tomas", name: /Tomas/ };
/** The place of the policies that lets her edit it, or not. */
const FILE = "document.yaml";
const WITHOUT = "derivedRoles: [kinde_resource_owner, document_editor]";
const WITH = "derivedRoles: [kinde_org_member]";
/** A page checks again this often, in ms, however many events come: a round must not wait for that. */
const BETWEEN_POLICIES_MS = 2000;
/** Tokens are issued in whole seconds: rounds must begin at all times of one. */
const SECOND_MS = 1000;
const TIMEOUT_MS = 30_000;

/** A file of a policy is saved, and saved again as it was, while one page stays open. */
export async function measurePolicies(browser: Browser, programs: LivePrograms, rounds: number): Promise<Latency> {
  const file = join(programs.policies, FILE);
  const shipped = await readFile(file, "utf8");
  const changed = shipped.replace(WITHOUT, WITH);
  if (changed === shipped) throw new Error(`${FILE} has no "${WITHOUT}".`);
  return withPage(browser, programs, async (page) => {
    const all: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await pause(BETWEEN_POLICIES_MS + Math.random() * SECOND_MS);
      const isAllowed = round % 2 === 0;
      all.push(await msUntil(page, isAllowed, () => writeFile(file, isAllowed ? changed : shipped)));
    }
    await writeFile(file, shipped);
    return latencyOf(all);
  });
}

/** A role is given to the user, and taken again. The page is loaded before each: it renews its token seldom. */
export async function measureRoles(browser: Browser, programs: LivePrograms, rounds: number): Promise<Latency> {
  return withPage(browser, programs, async (page) => {
    const all: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) await isFollowing(page, () => page.reload());
      await pause(Math.random() * SECOND_MS);
      const isAllowed = round % 2 === 0;
      const membership = { organization: "org_aurora", ...(isAllowed && { roles: ["editor"] }) };
      const patch = { memberships: [membership] };
      all.push(await msUntil(page, isAllowed, () => patchPerson(programs, patch)));
    }
    return latencyOf(all);
  });
}

/** Signs in, waits until the page shows its button and follows events, and then measures on it. */
async function withPage<Result>(
  browser: Browser,
  { url }: LivePrograms,
  measure: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ baseURL: url });
  try {
    const page = await context.newPage();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await isFollowing(page, () => page.getByRole("button", { name: PERSON.name }).click());
    return await measure(page);
  } finally {
    await context.close();
  }
}

async function isFollowing(page: Page, begin: () => Promise<unknown>): Promise<void> {
  const opened = page.waitForResponse((response) => response.url().endsWith("/authz/api/events") && response.ok());
  await begin();
  await opened;
  await page.getByRole("button", { name: "Edit" }).waitFor();
}

/** How long it takes from the beginning of a change until the button is enabled, or disabled, in ms. */
async function msUntil(page: Page, isAllowed: boolean, change: () => Promise<void>): Promise<number> {
  const began = Date.now();
  await change();
  const handle = await page.waitForFunction(
    ([isExpected, after]) => {
      const changes: { isAllowed: boolean; at: number }[] = Reflect.get(window, "changes");
      return changes.find(({ isAllowed: is, at }) => is === isExpected && at >= after)?.at ?? 0;
    },
    [isAllowed, began] as const,
    { polling: 100, timeout: TIMEOUT_MS },
  );
  return (await handle.jsonValue()) - began;
}

async function patchPerson({ kinde }: LivePrograms, patch: object): Promise<void> {
  const response = await fetch(`${kinde.url}/local/people/${PERSON.id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patch),
  });
  if (!response.ok) throw new Error(`The issuer refused the change: HTTP ${response.status}.`);
}

function latencyOf(all: readonly number[]): Latency {
  return { rounds: all.length, p50: percentile(all, 0.5), p95: percentile(all, 0.95), most: Math.max(...all) };
}
