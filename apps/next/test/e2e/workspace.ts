import { type LocalKinde } from "@kinde-cerbos/testing/node";
import { signInAs } from "@kinde-cerbos/testing/playwright";
import { expect, type Page, type Response } from "@playwright/test";

/** The path of the event stream. */
export const EVENTS = "/authz/api/events";

/** Signs in from the first page of the app, and waits for the documents. */
export async function signIn(page: Page, person: string, organization: string): Promise<void> {
  await page.goto("/");
  await signInAs(page, { person, organization });
  await expect(page.getByRole("list")).toBeVisible();
}

/** Returns the actions that the page offers, by title of the document. */
export async function rightsOn(page: Page): Promise<Record<string, string[]>> {
  const rows = await page.getByRole("listitem").all();
  const found = rows.map(async (row): Promise<[string, string[]]> => {
    const title = (await row.innerText()).split("\n")[0] ?? "";
    const rights = {
      view: (await row.getByRole("link").count()) > 0,
      edit: await row.getByRole("button", { name: "Publish" }).isEnabled(),
      delete: (await row.getByRole("button", { name: "Delete" }).count()) > 0,
    };
    return [title, Object.entries(rights).flatMap(([action, allowed]) => (allowed ? [action] : []))];
  });
  return Object.fromEntries(await Promise.all(found));
}

/**
 * Loads a page, and waits for its event stream, which it opens after its checks. From then on, the network is never
 * idle.
 */
export async function untilFollowing(page: Page, load: () => Promise<unknown>): Promise<Response> {
  const opened = page.waitForResponse((response) => response.url().endsWith(EVENTS));
  await load();
  return opened;
}

/** Returns the paths of a page's requests to the gateway, except its event stream: checks and session requests. */
export function gatewayRequestsOf(page: Page): string[] {
  const paths: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/authz") && pathname !== EVENTS) paths.push(pathname);
  });
  return paths;
}

/** The actions on a document. */
export const ACTIONS = ["view", "edit", "delete"];

/** A member's rights on the documents of North, two of which another member owns. */
export const AS_MEMBER = { Budget: ["view", "edit"], Handbook: ["view"], Roadmap: ["view"] };

/** Gives Ann these roles in North, as an administrator does. Kinde then notifies the app. */
export async function setRoles(kinde: LocalKinde, ...roles: string[]): Promise<void> {
  const memberships = [{ organization: "org_north", roles }, { organization: "org_south" }];
  const answer = await fetch(`${kinde.url}/local/people/kp_ann`, {
    method: "PATCH",
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ memberships }),
  });
  expect(answer.status).toBe(200);
}

/** Returns the row of a document. */
export function rowOf(page: Page, title: string): ReturnType<Page["locator"]> {
  return page.getByRole("listitem").filter({ hasText: title });
}
