import { launchChromium } from "@kinde-cerbos/chromium";
import { type Browser, expect, test as base } from "@playwright/test";
import { oracle } from "../oracle.ts";
import { storedDocuments } from "../stored-documents.ts";
import { setClock } from "./page-clock.ts";
import { type Stack, startStack } from "./stack.ts";
import { Workspace } from "./workspace.ts";

interface Fixtures {
  /**
   * How far the pages' clock is ahead of the issuer's and the PDP's, in ms. Default: `CLOCK_AHEAD_S` of the
   * environment, else 0.
   */
  readonly clockAheadMs: number;
  /** The demo in a tab, with nobody signed in. */
  readonly workspace: Workspace;
  /**
   * What the PDP allows a person in an organization, on the documents as they are in the database: `"aurora-01 edit"`.
   */
  readonly allowedBy: (person: string, organization: string) => Promise<ReadonlySet<string>>;
}

interface WorkerFixtures {
  /** Where Kinde's SDK keeps the refresh token. */
  readonly refreshToken: "localStorage" | "cookie";
  readonly stack: Stack;
  readonly chromium: Browser;
}

/** For tests about a page of the playground alone. Only `test:all` runs them, nightly; a release runs the tutorial. */
export const NIGHTLY = { tag: "@nightly" };

/**
 * For tests that repeat another one with another person, way, fault or clock, and for those whose promise a faster suite
 * tests too. Only `test:all` runs them, nightly and by each clock.
 */
export const EACH_CLOCK = { tag: "@each-clock" };

/** Playwright's test, with the running demo. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  refreshToken: ["localStorage", { scope: "worker", option: true }],
  stack: [
    async ({ refreshToken }, provide) => {
      const stack = await startStack(refreshToken);
      await provide(stack);
      await stack.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  chromium: [
    async ({}, provide) => {
      const running = await launchChromium();
      await provide(running.browser);
      await running.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  clockAheadMs: [Number(process.env["CLOCK_AHEAD_S"] ?? 0) * 1000, { option: true }],
  workspace: async ({ stack, chromium, clockAheadMs }, provide) => {
    const context = await chromium.newContext({ baseURL: stack.url, viewport: { width: 1280, height: 900 } });
    await setClock(context, clockAheadMs);
    stack.silentPage = "blank";
    stack.headers = {};
    stack.documents.reset();
    const workspace = new Workspace(await context.newPage());
    await workspace.open();
    await provide(workspace);
    expect(workspace.crashes, "uncaught errors on the page").toEqual([]);
    await context.close();
  },
  allowedBy: async ({ stack: { kinde, pdp, documents } }, provide) => {
    await provide(async (person, organization) => {
      const token = await kinde.createToken({ person, organization });
      return oracle(pdp.url, token, await storedDocuments(documents, organization));
    });
  },
});
