// The policies that pages change: what is applied, what is refused, and that nothing else is read or written.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { documentResource, documents } from "../../data/documents.ts";
import { ask as askRaw } from "../raw-answers.ts";
import { type PlaygroundStack, startPlayground } from "./playground-stack.ts";

let stack: PlaygroundStack;
let original: string;

const DOCUMENT = "policies/file?path=document.yaml";

beforeAll(async () => {
  stack = await startPlayground();
  original = readFileSync(join(stack.shipped, "document.yaml"), "utf8");
});
afterEach(async () => {
  if (readFileSync(join(stack.folder, "document.yaml"), "utf8") !== original) {
    await stack.ask("POST", "policies/reset");
  }
});
afterAll(() => stack.close());

/** Whether a PDP lets Tomas, who has no role, edit a document of Mara's. */
async function mayEdit(pdp: string): Promise<boolean> {
  const document = documents.find(({ orgCode, ownerId, state }) => {
    return orgCode === "org_aurora" && ownerId === "kp_mara" && state === "draft";
  });
  const response = await fetch(`${pdp}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({
      principal: { id: "kp_tomas", roles: ["user"] },
      resources: [{ resource: documentResource(document!), actions: ["edit"] }],
      auxData: { jwt: { token: await stack.tokenOf("kp_tomas", "org_aurora") } },
    }),
  });
  const { results } = await response.json();
  return results[0].actions.edit === "EFFECT_ALLOW";
}

const forAllMembers = (): string =>
  original.replace(
    "derivedRoles: [kinde_resource_owner, document_editor]\n",
    "derivedRoles: [kinde_resource_owner, document_editor, kinde_org_member]\n",
  );

describe("a policy", () => {
  test("is what both PDPs decide by as soon as it is saved, and again after a reset", async () => {
    expect([await mayEdit(stack.pdp.url), await mayEdit(stack.directPdp.url)]).toEqual([false, false]);
    const before = stack.changes();

    expect(await stack.ask("PUT", DOCUMENT, { text: forAllMembers() })).toEqual({
      status: 200,
      body: { problems: [] },
    });

    expect([await mayEdit(stack.pdp.url), await mayEdit(stack.directPdp.url)]).toEqual([true, true]);
    expect(stack.changes()).toBe(before + 1);
    const { body } = await stack.ask("GET", "policies");
    expect(body.files.filter(({ isChanged }: { isChanged: boolean }) => isChanged)).toEqual([
      { path: "document.yaml", isChanged: true },
    ]);
    // The file of the repository is as it was.
    expect(readFileSync(join(stack.shipped, "document.yaml"), "utf8")).toBe(original);

    expect((await stack.ask("POST", "policies/reset")).status).toBe(200);

    expect([await mayEdit(stack.pdp.url), await mayEdit(stack.directPdp.url)]).toEqual([false, false]);
    expect((await stack.ask("GET", DOCUMENT)).body).toEqual({
      path: "document.yaml",
      text: original,
      shipped: original,
    });
  });

  test("that Cerbos does not take is shown with its place, and not applied", async () => {
    const broken = forAllMembers().replace('R.attr.state != "draft"', 'R.attr.state != "draft" && (');
    const before = stack.changes();

    const { status, body } = await stack.ask("PUT", DOCUMENT, { text: broken });

    expect(status).toBe(422);
    const line = broken.split("\n").findIndex((text) => text.includes("&& (")) + 1;
    expect(body.problems).toEqual([
      { file: "document.yaml", line, column: 11, message: expect.stringContaining("Invalid expression") },
    ]);
    expect(await mayEdit(stack.pdp.url)).toBe(false);
    expect(readFileSync(join(stack.folder, "document.yaml"), "utf8")).toBe(original);
    expect(stack.changes()).toBe(before);
  });

  test("is not saved over one that the page has not seen", async () => {
    const theirs = forAllMembers();
    const mine = original.replace("members-view-what-is-no-draft", "members-view-most");
    expect((await stack.ask("PUT", DOCUMENT, { text: theirs, seen: original })).status).toBe(200);

    expect(await stack.ask("PUT", DOCUMENT, { text: mine, seen: original })).toEqual({
      status: 409,
      body: { message: "Another editor has saved this file in the meantime, so your text was not saved." },
    });

    expect(readFileSync(join(stack.folder, "document.yaml"), "utf8")).toBe(theirs);
    expect((await stack.ask("PUT", DOCUMENT, { text: mine, seen: theirs })).status).toBe(200);
  });

  test("is checked without being saved", async () => {
    const check = (text: string) => stack.ask("POST", "policies/check?path=document.yaml", { text });
    expect((await check(forAllMembers())).body).toEqual({ problems: [] });
    const { problems } = (await check(original.replace("effect: EFFECT_ALLOW", "effcet: EFFECT_ALLOW"))).body;
    expect(problems).toEqual([{ file: "document.yaml", line: 22, column: 7, message: 'unknown field "effcet"' }]);
    expect(readFileSync(join(stack.folder, "document.yaml"), "utf8")).toBe(original);
  });

  test("is checked anew when another file has changed since", async () => {
    const text = original.replaceAll("[reviewer]", "[chief]");
    const check = () => stack.ask("POST", "policies/check?path=document.yaml", { text });
    expect((await check()).body.problems[0].message).toContain("chief");
    const roles = readFileSync(join(stack.shipped, "document_roles.yaml"), "utf8");
    const chief = roles.replace("  definitions:\n", '  definitions:\n    - { name: chief, parentRoles: ["*"] }\n');
    await stack.ask("PUT", "policies/file?path=document_roles.yaml", { text: chief });
    expect((await check()).body).toEqual({ problems: [] });
    await stack.ask("POST", "policies/reset");
  });
});

describe("a problem", () => {
  test.each([
    ["of YAML", "document.yaml", (text: string) => `${text}\nfoo: [bar\n`, { file: "document.yaml", line: 89 }],
    ["of a derived role", "document.yaml", (text: string) => text.replaceAll("[reviewer]", "[revewer]"), { line: 45 }],
    ["of an import", "document_roles.yaml", () => "", { file: "document.yaml", line: 8, column: 31 }],
    ["that crashes Cerbos", "document.yaml", (text: string) => `${text}\n---\n`, { line: null }],
    ["of a schema", "_schemas/document.json", (text: string) => `${text}{`, { file: "document.yaml", line: 13 }],
    ["of a test", "library_test.yaml", () => "name: x\ntests: [{foo: 1}]\n", { file: "library_test.yaml", line: 2 }],
    [
      "of test data",
      "testdata/principals.yaml",
      (text: string) => `${text}\n - [`,
      { file: "testdata/principals.yaml" },
    ],
    ["of a policy that is there twice", "library.yaml", () => original, { message: expect.stringContaining("too") }],
  ])("%s is found", async (_, path, change, problem) => {
    const text = change(readFileSync(join(stack.shipped, path), "utf8"));
    const { body } = await stack.ask("POST", `policies/check?path=${path}`, { text });
    expect(body.problems[0]).toMatchObject(problem);
  });
});

describe("policy tests", () => {
  test("pass on the shipped policies, and name what fails after a change", async () => {
    const passed = (await stack.ask("POST", "policies/tests")).body;
    expect(passed.problems).toEqual([]);
    expect(passed.tests.length).toBeGreaterThan(20);
    expect(passed.tests.flatMap(({ failures }: { failures: unknown[] }) => failures)).toEqual([]);

    await stack.ask("PUT", DOCUMENT, { text: forAllMembers() });
    const failed = (await stack.ask("POST", "policies/tests")).body;

    const failures = failed.tests.flatMap((one: { failures: object[] }) => one.failures);
    expect(failures).toContainEqual({
      principal: "caller",
      resource: "in_review",
      action: "edit",
      expected: "EFFECT_DENY",
      actual: "EFFECT_ALLOW",
    });
  });
});

describe("no other file", () => {
  const paths = ["../policies/document.yaml", "/etc/passwd", "document.yml", "", "__proto__", ".", "./document.yaml"];

  test.each(paths)("%j is read, written or checked", async (path) => {
    const at = `path=${encodeURIComponent(path)}`;
    const answers = [
      await stack.ask("GET", `policies/file?${at}`),
      await stack.ask("PUT", `policies/file?${at}`, { text: original }),
      await stack.ask("POST", `policies/check?${at}`, { text: original }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  });
});

describe("a request", () => {
  test.each([
    ["of a page of another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }, 403],
    ["of a page on another port", { "sec-fetch-site": "same-site", origin: "http://localhost:9999" }, 403],
    ["that somebody has opened in a tab", { "sec-fetch-site": "none" }, 403],
    ["of another origin by an old browser", { "sec-fetch-site": "", origin: "http://localhost:9999" }, 403],
  ])("%s is refused", async (_, headers, status) => {
    for (const [method, path] of [
      ["GET", "policies"],
      ["POST", "policies/reset"],
      ["POST", "matrix"],
    ] as const) {
      expect((await stack.ask(method, path, undefined, headers)).status).toBe(status);
    }
  });

  test("with a body that is too large, or no text, changes nothing", async () => {
    const large = await stack.ask("PUT", DOCUMENT, { text: "#".repeat(300_000) });
    const long = await stack.ask("PUT", DOCUMENT, { text: "#".repeat(150_000) });
    const wrong = await stack.ask("PUT", DOCUMENT, { text: 1 });
    const list = await stack.ask("PUT", DOCUMENT, []);
    expect([large, long, wrong, list].map(({ status }) => status)).toEqual([413, 400, 400, 400]);
  });

  test("for nothing that is there is answered so", async () => {
    for (const path of ["policies/nothing", "constructor", "policies/reset/"]) {
      expect((await stack.ask("POST", path, {})).status).toBe(404);
    }
  });
});

test("a change in the repository's file is taken over", async () => {
  const file = join(stack.shipped, "document.yaml");
  writeFileSync(file, forAllMembers());
  try {
    await vi.waitFor(async () => expect(await mayEdit(stack.pdp.url)).toBe(true), { timeout: 20_000, interval: 100 });
  } finally {
    writeFileSync(file, original);
  }
  await vi.waitFor(async () => expect(await mayEdit(stack.pdp.url)).toBe(false), { timeout: 20_000, interval: 100 });
});

test("a PDP that is down when a policy is saved has it when it is back", async () => {
  await stack.directPdp.stop();
  const { status, body } = await stack.ask("PUT", DOCUMENT, { text: forAllMembers() });
  expect([status, body]).toEqual([503, { message: expect.stringContaining("Cerbos is unreachable") }]);
  await stack.directPdp.restart();
  expect([await mayEdit(stack.pdp.url), await mayEdit(stack.directPdp.url)]).toEqual([true, true]);
});

test("the PDPs take the admin's password alone", async () => {
  const { port } = stack.pdp;
  for (const password of ["", "cerbosAdmin"]) {
    const authorization = `Basic ${Buffer.from(`cerbos:${password}`).toString("base64")}`;
    expect((await askRaw(port, "/admin/store/reload", { authorization })).status).toBe(401);
  }
});
