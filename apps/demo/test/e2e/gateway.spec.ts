import { expect } from "@playwright/test";
import kinde from "../../kinde.json" with { type: "json" };
import { EACH_CLOCK, test } from "./fixtures.ts";

test("asks through the gateway by default, and the PDP directly when that is chosen", async ({
  workspace,
  allowedBy,
}) => {
  const { page } = workspace;
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    // The stream of events is no question, and is the gateway's in both ways.
    if (!pathname.endsWith("/api/events")) asked.push(pathname);
  });
  const askedAt = (path: string): number => asked.filter((one) => one.startsWith(`${path}/`)).length;
  await workspace.signIn("Mara");
  await expect(page.getByRole("radio", { name: "Through the gateway" })).toBeChecked();
  expect([askedAt("/authz"), askedAt("/pdp")]).toEqual([2, 0]);

  await workspace.askDirectly();
  expect([askedAt("/authz"), askedAt("/pdp")]).toEqual([2, 2]);
  expect(await workspace.figure("checks")).toBe(301);
  expect(await workspace.figure("requests")).toBe(2);

  // Kept by this tab over a reload and a sign-in, and by no other tab.
  await page.reload();
  await workspace.answered();
  await expect(page.getByRole("radio", { name: "Directly to the PDP" })).toBeChecked();
  await workspace.signOut();
  await workspace.signIn("Jonas");
  await expect(page.getByRole("radio", { name: "Directly to the PDP" })).toBeChecked();
  expect([askedAt("/authz"), askedAt("/pdp")]).toEqual([2, 6]);
  expect(await workspace.offered()).toEqual(await allowedBy("kp_jonas", "org_aurora"));
  const other = await workspace.anotherTab("Aurora Energy");
  await expect(other.page.getByRole("radio", { name: "Through the gateway" })).toBeChecked();

  await workspace.askBy("Through the gateway");
  await expect.poll(() => askedAt("/authz")).toBe(4);
  await workspace.answered();
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
});

const nameOf = new Map(kinde.organizations.map(({ code, name }) => [code, name]));
for (const { id, givenName, memberships } of kinde.people) {
  test(
    `offers ${givenName} the same by both ways, in each organization, as the PDP allows`,
    EACH_CLOCK,
    async ({ workspace, allowedBy }) => {
      await workspace.signIn(givenName);
      for (const { organization } of memberships) {
        const name = nameOf.get(organization) ?? "";
        if ((await workspace.page.getByLabel("Who I am").getByRole("definition").first().innerText()) !== name) {
          await workspace.switchTo(name);
        }
        await workspace.seesOrganization(name);
        const allowed = await allowedBy(id, organization);
        expect(allowed.size).toBeGreaterThan(0);
        expect(await workspace.offered()).toEqual(allowed);

        const { directRequests } = workspace;
        await workspace.askBy("Directly to the PDP");
        await expect.poll(() => workspace.directRequests).toBeGreaterThan(directRequests);
        await workspace.answered();
        expect(await workspace.offered()).toEqual(allowed);
        await workspace.askBy("Through the gateway");
      }
    },
  );
}

test("a page that lies about who asks gets what the token allows", async ({ workspace, allowedBy }) => {
  const { page } = workspace;
  await page.route("**/authz/**", async (route) => {
    const request: { principal: object } = route.request().postDataJSON();
    const principal = {
      id: "kp_mara",
      roles: ["admin", "reviewer"],
      attr: { orgCode: "org_aurora", permissions: ["documents:edit"] },
    };
    await route.continue({ postData: JSON.stringify({ ...request, principal }) });
  });
  await workspace.signIn("Tomas");
  expect(workspace.requests).toBeGreaterThan(0);
  expect(await workspace.offered()).toEqual(await allowedBy("kp_tomas", "org_aurora"));
});
