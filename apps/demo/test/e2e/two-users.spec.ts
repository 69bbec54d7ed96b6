import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import { build, type Rollup } from "vite";
import { storedDocuments } from "../stored-documents.ts";
import { test } from "./fixtures.ts";
import { type TwoUsers } from "./two-users-page.tsx";

const ORGANIZATION = "org_aurora";

/** The page as an app's bundler makes it. */
async function bundle(): Promise<string> {
  const bundled = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL("two-users-page.tsx", import.meta.url)),
        formats: ["iife"],
        name: "page",
      },
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one format is one output
  const [{ output }] = bundled as [Rollup.RollupOutput];
  return output[0].code;
}

/** What the page offers a person. */
async function offered(page: Page, name: string): Promise<ReadonlySet<string>> {
  await expect(page.locator('[data-answer="pending"]')).toHaveCount(0);
  return new Set(await page.getByLabel(name).locator('[data-answer="allowed"]').allInnerTexts());
}

test("two users side by side, without Kinde's SDK: each gets what the PDP allows them", async ({
  stack,
  workspace: { page },
  allowedBy,
}) => {
  const script = await bundle();
  // Words of Kinde's SDK and of our part for it, which survive a bundler.
  expect(["refreshToken0", "_kbrte", "performing_logout0"].filter((word) => script.includes(word))).toEqual([]);

  const tokenOf = (person: string): Promise<string> => stack.kinde.createToken({ person, organization: ORGANIZATION });
  const twoUsers: TwoUsers = {
    people: [
      { name: "Mara", token: await tokenOf("kp_mara") },
      { name: "Jonas", token: await tokenOf("kp_jonas") },
    ],
    documents: (await storedDocuments(stack.documents, ORGANIZATION)).slice(0, 30),
  };
  const ids = new Set(twoUsers.documents.map(({ id }) => id));
  const allowedTo = async (person: string): Promise<ReadonlySet<string>> =>
    new Set([...(await allowedBy(person, ORGANIZATION))].filter((entry) => ids.has(entry.split(" ")[0] ?? "")));
  await page.addInitScript((given) => Object.assign(window, { twoUsers: given }), twoUsers);
  await page.route("**/two-users.html", (route) =>
    route.fulfill({ contentType: "text/html", body: `<!doctype html><div id="root"></div><script>${script}</script>` }),
  );
  let requests = 0;
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/authz/")) requests += 1;
  });
  await page.goto("/two-users.html");

  const maras = await allowedTo("kp_mara");
  const jonas = await allowedTo("kp_jonas");
  expect(maras).not.toEqual(jonas);
  expect(await offered(page, "Mara")).toEqual(maras);
  expect(await offered(page, "Jonas")).toEqual(jonas);
  expect(requests).toBe(2);

  await page.evaluate(() => {
    const [mara] = window.twoUsers.people;
    if (mara) mara.token = null;
    window.twoUsers.changed?.();
  });
  await expect(page.getByLabel("Mara").locator('[data-answer="allowed"]')).toHaveCount(0);
  expect(await offered(page, "Jonas")).toEqual(jonas);
  expect(requests).toBe(2);
});
