import { expect, type Locator, type Page } from "@playwright/test";
import { type DocumentAction } from "../../data/document.ts";
import { signOut } from "./sign-out.ts";

/** The demo's page, as a person uses it. */
export class Workspace {
  readonly page: Page;
  /** Errors that nobody caught. */
  readonly crashes: string[] = [];
  /** Requests for decisions through the gateway. */
  requests = 0;
  /** Requests for decisions directly at the PDP. */
  directRequests = 0;

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.crashes.push(error.message));
    page.on("request", (request) => {
      if (request.url().endsWith("/authz/api/check/resources")) this.requests += 1;
      if (request.url().endsWith("/pdp/api/check/resources")) this.directRequests += 1;
    });
  }

  async open(): Promise<void> {
    await this.page.goto("/");
  }

  /** The same page in another tab, by the session that this one has. */
  async anotherTab(organization: string): Promise<Workspace> {
    const tab = new Workspace(await this.page.context().newPage());
    await tab.open();
    await tab.seesOrganization(organization);
    return tab;
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: new RegExp(name) }).click();
    await this.answered();
  }

  async signOut(): Promise<void> {
    await signOut(this.page);
  }

  async switchTo(organization: string): Promise<void> {
    await this.organization(organization).click();
  }

  /** The button that switches to an organization. */
  organization(name: string): Locator {
    return this.page.getByRole("region", { name: "Organization" }).getByRole("button", { name });
  }

  /** The organization that the page says one is in. */
  async seesOrganization(organization: string): Promise<void> {
    await expect(this.page.getByLabel("Who I am").getByRole("definition").first()).toHaveText(organization);
    await this.answered();
  }

  /** Waits until the page shows rows and none of their checks is pending. */
  async answered(): Promise<void> {
    await expect(this.page.locator("[data-answer]").first()).toBeVisible();
    await expect(this.page.locator('[data-answer="pending"]')).toHaveCount(0);
  }

  /** What the page offers: `"aurora-01 edit"`. */
  async offered(): Promise<ReadonlySet<string>> {
    return new Set(await this.answers("allowed"));
  }

  /** The documents on the page, by their ids. */
  async listed(): Promise<(string | undefined)[]> {
    return this.page
      .locator('td[data-action="view"]')
      .evaluateAll((cells) => cells.map(({ dataset }) => dataset["document"]));
  }

  async answers(answer: "allowed" | "denied" | "error" | "pending"): Promise<string[]> {
    return this.page
      .locator(`td[data-document]:has([data-answer="${answer}"])`)
      .evaluateAll((cells) => cells.map(({ dataset }) => `${dataset["document"]} ${dataset["action"]}`));
  }

  /** Asks for decisions by the other way. */
  async askBy(way: "Through the gateway" | "Directly to the PDP"): Promise<void> {
    // The radio button itself is not to be seen: its label is.
    await this.page.getByText(way, { exact: true }).click();
    await expect(this.page.getByRole("radio", { name: way })).toBeChecked();
  }

  /** Asks for all decisions directly, for the first time in this tab. */
  async askDirectly(): Promise<void> {
    await this.askBy("Directly to the PDP");
    await expect.poll(() => this.directRequests).toBe(2);
    await this.answered();
  }

  /** The cell of an action on a document. */
  cell(id: string, action: DocumentAction): Locator {
    return this.page.locator(`td[data-document="${id}"][data-action="${action}"]`);
  }

  /** Sends an action to the API though it is denied. */
  async tryAnyway(id: string, action: DocumentAction): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.cell(id, action).getByRole("button", { name: "Why?" }).click();
    await this.page.getByRole("button", { name: "Try it anyway" }).click();
  }

  /** What the API made of the last action, in the page's words. */
  outcome(): Locator {
    return this.page.locator("[data-outcome]");
  }

  async figure(name: "checks" | "requests" | "from the cache"): Promise<number> {
    return Number(await this.page.locator(`[data-figure="${name}"]`).innerText());
  }

  /** Presses "Try again", in one step: the page asks again by itself too, and the button may be gone. */
  async tryAgain(): Promise<void> {
    await this.page.evaluate(() => {
      const buttons = [...document.querySelectorAll("button")];
      buttons.find(({ textContent }) => textContent === "Try again")?.click();
    });
  }

  /** Waits for this many frames. */
  async paints(frames: number): Promise<void> {
    await this.page.evaluate(async (count) => {
      for (let frame = 0; frame < count; frame += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, frames);
  }

  /** How many decisions of ours the page's query cache holds. */
  async cachedDecisions(): Promise<number> {
    return this.page.evaluate(() => {
      const { __TANSTACK_QUERY_CLIENT__: client } = window;
      const queries = client?.getQueryCache().getAll() ?? [];
      return queries.filter(({ queryKey, state }) => queryKey[0] === "kinde-cerbos" && state.data !== undefined).length;
    });
  }

  /** How many documents the page's query cache holds. */
  async cachedDocuments(): Promise<number> {
    return this.page.evaluate(() => {
      const { __TANSTACK_QUERY_CLIENT__: client } = window;
      const lists = client?.getQueriesData<readonly unknown[]>({ queryKey: ["documents"] }) ?? [];
      return lists.reduce((sum, [, documents]) => sum + (documents?.length ?? 0), 0);
    });
  }
}
