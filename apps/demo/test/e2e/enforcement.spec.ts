import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { ACTIONS, type DocumentAction } from "../../data/document.ts";
import { storedDocuments } from "../stored-documents.ts";
import { EACH_CLOCK, test } from "./fixtures.ts";
import { type Stack } from "./stack.ts";
import { type Workspace } from "./workspace.ts";

const ROUTES: {
  readonly [action in DocumentAction]: { readonly method: string; readonly path: string; readonly body?: string };
} = {
  view: { method: "GET", path: "" },
  edit: { method: "PATCH", path: "", body: '{"title":"Another title"}' },
  share: { method: "POST", path: "/share" },
  publish: { method: "POST", path: "/publish" },
  delete: { method: "DELETE", path: "" },
};

/** Asks the API past the page. */
async function request({ url }: Stack, token: string | null, action: DocumentAction, id: string): Promise<number> {
  const { path, ...init } = ROUTES[action];
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/documents/${id}${path}`, { ...init, headers });
  await response.body?.cancel();
  return response.status;
}

/** What the page says of the last action. */
const outcomeOf = (workspace: Workspace) => expect(workspace.outcome());

test("the page itself holds no document: all of them come from the API", async ({ workspace, stack }) => {
  await workspace.signIn("Jonas");
  await expect(workspace.page.getByText("Harbour wind farm: budget", { exact: true })).toBeVisible();
  const assets = await readdir(join(stack.outDir, "assets"));
  const sources = await Promise.all(assets.map((name) => readFile(join(stack.outDir, "assets", name), "utf8")));
  expect(sources.length).toBeGreaterThan(1);
  expect(sources.filter((source) => source.includes("Harbour wind farm"))).toEqual([]);
});

for (const [name, person, organization] of [
  ["Mara", "kp_mara", "org_aurora"],
  ["Priya", "kp_priya", "org_aurora"],
  ["Ines", "kp_ines", "org_cascade"],
] as const) {
  test(
    `a button is there for ${name} exactly where the API does what it says`,
    name === "Ines" ? {} : EACH_CLOCK,
    async ({ workspace, stack }) => {
      test.setTimeout(90_000);
      await workspace.signIn(name);
      const offered = await workspace.offered();
      const token = await stack.kinde.createToken({ person, organization });
      const done = new Set<string>();
      const refusals = new Set<number>();
      for (const document of await storedDocuments(stack.documents, organization)) {
        for (const action of ACTIONS) {
          const status = await request(stack, token, action, document.id);
          const after = stack.documents.find(document.id);
          if (status === 200) done.add(`${document.id} ${action}`);
          else {
            refusals.add(status);
            expect(after, "a refused request changes nothing").toEqual(document);
          }
          if (after?.version !== document.version) stack.documents.reset();
        }
      }
      expect(done).toEqual(offered);
      expect(done.size).toBeGreaterThan(0);
      // What one may not view is not there; what one may not do is forbidden.
      expect([...refusals].toSorted((a, b) => a - b)).toEqual(name === "Mara" ? [403] : [403, 404]);
    },
  );
}

test(
  "a document that was published is offered other actions, by both ways",
  EACH_CLOCK,
  async ({ workspace, stack, allowedBy }) => {
    await workspace.signIn("Mara");
    await workspace.cell("aurora-01", "publish").getByRole("button").click();
    await outcomeOf(workspace).toContainText("Allowed: publish “Harbour wind farm: budget”.");
    await expect(workspace.cell("aurora-01", "publish").locator('[data-answer="denied"]')).toBeVisible();
    await workspace.answered();
    expect(stack.documents.find("aurora-01")?.state).toBe("published");
    const allowed = await allowedBy("kp_mara", "org_aurora");
    expect(allowed).toContain("aurora-01 share");
    expect(await workspace.offered()).toEqual(allowed);
    await workspace.askDirectly();
    expect(await workspace.offered()).toEqual(allowed);
    // 5 of them are about the document as it is now.
    expect(await workspace.figure("checks")).toBe(301);
  },
);

test("the other buttons act as well: edit, share, delete", EACH_CLOCK, async ({ workspace, stack, allowedBy }) => {
  const { page } = workspace;
  await workspace.signIn("Mara");
  await workspace.cell("aurora-01", "edit").getByRole("button").click();
  await page.getByLabel("Title").fill("Harbour wind farm: <b>new</b> budget");
  await page.keyboard.press("Enter");
  await outcomeOf(workspace).toContainText("Allowed: edit");
  await expect(page.getByText("Harbour wind farm: <b>new</b> budget", { exact: true })).toBeVisible();
  expect(stack.documents.find("aurora-01")?.title).toBe("Harbour wind farm: <b>new</b> budget");

  await workspace.cell("aurora-02", "share").getByRole("button").click();
  await outcomeOf(workspace).toContainText("Allowed: share");
  await expect(page.getByText("shared", { exact: true })).toBeVisible();
  expect(stack.documents.find("aurora-02")?.sharedAt).not.toBeNull();

  await workspace.cell("aurora-03", "delete").getByRole("button").click();
  await outcomeOf(workspace).toContainText("Allowed: delete");
  await expect(workspace.cell("aurora-03", "delete")).toHaveCount(0);
  expect(stack.documents.find("aurora-03")).toBeUndefined();
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_mara", "org_aurora"));
});

test("what is denied can be sent all the same, and is refused by the same policy, with its reason", async ({
  workspace,
  stack,
}) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const before = await storedDocuments(stack.documents, "org_aurora");
  const offered = await workspace.offered();

  const refused = page.waitForResponse(
    (response) => response.url().endsWith("/api/documents/aurora-01") && !response.ok(),
  );
  await workspace.tryAnyway("aurora-01", "delete");
  expect((await refused).status()).toBe(403);
  await outcomeOf(workspace).toContainText("DELETE /api/documents/aurora-01 403");
  await outcomeOf(workspace).toContainText("The policies do not allow you to delete it.");

  // The policy says more than no, and the API repeats it.
  await workspace.answered();
  await workspace.tryAnyway("aurora-01", "share");
  await outcomeOf(workspace).toContainText("Only a published document can be shared.");
  await workspace.answered();
  await workspace.tryAnyway("aurora-02", "edit");
  await outcomeOf(workspace).toContainText("PATCH /api/documents/aurora-02 403");
  expect(await workspace.offered()).toEqual(offered);
  expect(await storedDocuments(stack.documents, "org_aurora")).toEqual(before);
});

test("a lie about a document makes a button, and the button does nothing", async ({ workspace, stack }) => {
  const { page } = workspace;
  await workspace.signIn("Jonas");
  const before = stack.documents.find("aurora-01");
  await expect(workspace.cell("aurora-01", "delete").locator('[data-answer="denied"]')).toBeVisible();
  // As anyone can in the console of a browser: each document is a draft, and one's own.
  await page.evaluate(() => {
    const honest = window.fetch;
    window.memory = "lies";
    window.fetch = (input, init) => {
      if (window.memory !== "lies") return honest(input, init);
      if (typeof input !== "string" || !input.includes("/authz/") || typeof init?.body !== "string")
        return honest(input, init);
      const asked: { resources: { resource: { attr: object } }[] } = JSON.parse(init.body);
      for (const { resource } of asked.resources) Object.assign(resource.attr, { ownerId: "kp_jonas", state: "draft" });
      return honest(input, { ...init, body: JSON.stringify(asked) });
    };
  });
  await page.getByRole("button", { name: "Check all again" }).click();
  const button = workspace.cell("aurora-01", "delete").locator('[data-answer="allowed"]');
  await button.click();
  await outcomeOf(workspace).toContainText("Refused by the API with 403: delete");
  expect(stack.documents.find("aurora-01")).toEqual(before);

  // A page that is no longer lied to takes the refusal as a reason to ask again.
  await expect(button).toBeVisible();
  await page.evaluate(() => {
    window.memory = "honest";
  });
  await button.click();
  await expect(workspace.cell("aurora-01", "delete").locator('[data-answer="denied"]')).toBeVisible();
});

test("a button of before is refused, and the page learns what the document is now", async ({
  workspace,
  stack,
  allowedBy,
}) => {
  await workspace.signIn("Jonas");
  const edit = workspace.cell("aurora-01", "edit");
  await edit.getByRole("button").click();
  // Somebody else publishes it meanwhile.
  const document = stack.documents.find("aurora-01");
  if (document) stack.documents.change(document, { state: "published" });
  await workspace.page.getByRole("button", { name: "Save" }).click();
  await outcomeOf(workspace).toContainText("Refused by the API with 403: edit");
  await expect(edit.locator('[data-answer="denied"]')).toBeVisible();
  await workspace.answered();
  expect(await workspace.offered()).toEqual(await allowedBy("kp_jonas", "org_aurora"));
});

test("the API is closed to who has no token, an old or a forged one, or is of another organization", async ({
  stack,
}) => {
  const { kinde, documents } = stack;
  const before = await storedDocuments(documents, "org_aurora");
  const genuine = await kinde.createToken({ person: "kp_mara", organization: "org_aurora" });
  const [header, , signature] = genuine.split(".");
  const claims = {
    ...JSON.parse(Buffer.from(genuine.split(".")[1] ?? "", "base64url").toString()),
    org_code: "org_borealis",
  };
  const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
  const tokens = {
    none: null,
    expired: await kinde.createToken({ person: "kp_mara", organization: "org_aurora", lifetime: -60 }),
    forged,
  };
  for (const [name, token] of Object.entries(tokens)) {
    for (const action of ACTIONS)
      expect(await request(stack, token, action, "aurora-01"), `${name}, ${action}`).toBe(401);
  }
  const elsewhere = await kinde.createToken({ person: "kp_mara", organization: "org_borealis" });
  for (const action of ACTIONS) {
    // The same as for one that does not exist: nothing is learned of it.
    expect(await request(stack, elsewhere, action, "aurora-01"), action).toBe(404);
    expect(await request(stack, elsewhere, action, "aurora-99"), action).toBe(404);
  }
  expect(await storedDocuments(documents, "org_aurora")).toEqual(before);
});

test("what the API said in one organization is not shown in the next", async ({ workspace }) => {
  const { page } = workspace;
  await workspace.signIn("Tomas");
  await page
    .getByRole("button", { name: /^view / })
    .first()
    .click();
  await outcomeOf(workspace).toContainText("Allowed: view");
  await workspace.switchTo("Borealis Health");
  await workspace.seesOrganization("Borealis Health");
  await outcomeOf(workspace).toHaveCount(0);
  await workspace.switchTo("Aurora Energy");
  await workspace.seesOrganization("Aurora Energy");
  await outcomeOf(workspace).toHaveCount(0);
});
