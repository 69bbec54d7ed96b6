// Who may do what, answered by the PDP, and how Cerbos came to it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCerbos } from "@kinde-cerbos/cli/internal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTIONS, documentResource, documents } from "../../data/documents.ts";
import { oracle } from "../oracle.ts";
import { type PlaygroundStack, startPlayground } from "./playground-stack.ts";

let stack: PlaygroundStack;

beforeAll(async () => {
  stack = await startPlayground();
});
afterAll(() => stack.close());

/** Of Aurora Energy, in review, of the legal department: Priya, a reviewer of legal, may publish what is not hers. */
const document = documents.find(({ id }) => id === "aurora-11")!;
const resource = documentResource(document);

interface Answered {
  readonly action: string;
  readonly allowed: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- each test reads what it asked for
  readonly why: any;
}

async function explained(person: string, organization: string, actions: readonly string[]): Promise<Answered[]> {
  const authorization = `Bearer ${await stack.tokenOf(person, organization)}`;
  const { status, body } = await stack.ask("POST", "explain", { resource, actions }, { authorization });
  expect(status).toBe(200);
  return body.answers;
}

describe("the matrix", () => {
  test("has all people in all of their organizations, with what the PDP decides for each", async () => {
    const { status, body } = await stack.ask("POST", "matrix", { resource, actions: ACTIONS });
    expect(status).toBe(200);
    const config = stack.kinde.config;
    const memberships = config.people.flatMap(({ memberships: places }) => places);
    expect(body.members).toHaveLength(memberships.length);
    for (const { person, organization, answers } of body.members) {
      const allowed = await oracle(stack.pdp.url, await stack.tokenOf(person.id, organization.code), [document]);
      const told = answers.filter((answer: Answered) => answer.allowed).map((answer: Answered) => answer.action);
      expect([person.id, organization.code, told]).toEqual([
        person.id,
        organization.code,
        ACTIONS.filter((action) => allowed.has(`${document.id} ${action}`)),
      ]);
      // Cerbos explains each of them, and decides the same when it does.
      expect(answers.map(({ why }: Answered) => why?.allowed)).toEqual(
        answers.map((answer: Answered) => answer.allowed),
      );
    }
    expect(JSON.stringify(body)).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  });

  test("is a test suite that passes on these policies, and fails on others", async () => {
    const { body } = await stack.ask("POST", "matrix", { resource, actions: ACTIONS });
    const folder = mkdtempSync(join(tmpdir(), "matrix-"));
    const compile = (): string => {
      const args = ["compile", "--no-color", "--test-filter=suite=Matrix", folder];
      return execFileSync(findCerbos().path, args, { encoding: "utf8", stdio: "pipe" });
    };
    try {
      cpSync(stack.shipped, folder, { recursive: true });
      writeFileSync(join(folder, "matrix_test.yaml"), body.tests);
      expect(compile()).toContain("50 OK");
      writeFileSync(join(folder, "matrix_test.yaml"), body.tests.replace("edit: EFFECT_ALLOW", "edit: EFFECT_DENY"));
      expect(compile).toThrow("Command failed");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["no resource", { actions: ["view"] }],
    ["a resource without a kind", { resource: { id: "1", attr: {} }, actions: ["view"] }],
    ["no action", { resource, actions: [] }],
    ["actions that are no texts", { resource, actions: [1] }],
    ["more actions than Cerbos takes", { resource, actions: Array.from({ length: 51 }, (_, at) => `action ${at}`) }],
  ])("with %s is refused", async (_, question) => {
    expect((await stack.ask("POST", "matrix", question)).status).toBe(400);
  });

  test("denies what no policy knows, and says that no rule is about it", async () => {
    const { body } = await stack.ask("POST", "matrix", { resource, actions: ["shred"] });
    for (const { answers } of body.members) {
      expect(answers).toMatchObject([{ allowed: false, why: { allowed: false, rules: [] } }]);
    }
  });
});

describe("an explanation", () => {
  test("names the rule that allowed, the roles it is for and its line", async () => {
    const [publish] = await explained("kp_priya", "org_aurora", ["publish"]);
    expect(publish).toMatchObject({ action: "publish", allowed: true });
    expect(publish!.why.rules).toContainEqual({
      name: "reviewers-publish",
      place: { file: "document.yaml", line: 42 },
      effect: "allow",
      roles: [],
      derivedRoles: ["reviewer"],
      outcome: "matched",
      condition: 'R.attr.state == "in_review" && !V.is_owner',
      conditions: [{ expr: 'R.attr.state == "in_review" && !V.is_owner', result: true }],
    });
    expect(publish!.why.derivedRoles).toContainEqual({
      name: "reviewer",
      place: { file: "document_roles.yaml", line: 19 },
      isActive: true,
      missingRoles: [],
      conditions: [{ expr: expect.stringContaining('"reviewer" in V.kinde_roles'), result: true }],
    });
    expect(publish!.why.variables).toMatchObject({ is_owner: false, kinde_user_id: "kp_priya" });
  });

  test("names each rule that did not apply, and why not", async () => {
    const [edit, remove] = await explained("kp_priya", "org_aurora", ["edit", "delete"]);
    expect([edit!.allowed, remove!.allowed]).toEqual([false, false]);
    expect(edit!.why.rules).toMatchObject([{ name: "authors-edit-until-published", outcome: "no_role" }]);
    expect(edit!.why.derivedRoles).toContainEqual(
      expect.objectContaining({
        name: "document_editor",
        isActive: false,
        conditions: [{ expr: 'V.kinde_org_member && "documents:edit" in V.kinde_permissions', result: false }],
      }),
    );
    expect(remove!.why.rules.map(({ name, outcome }: { name: string; outcome: string }) => [name, outcome])).toEqual([
      ["admins-delete-what-is-not-archived", "no_role"],
      ["owners-delete-drafts", "no_role"],
    ]);
  });

  test("tells a condition that is not met from a role that is missing", async () => {
    const [share] = await explained("kp_mara", "org_aurora", ["share"]);
    expect(share).toMatchObject({
      allowed: false,
      hints: ["Only a published document can be shared."],
      why: { rules: [{ outcome: "condition", conditions: [{ result: false }] }] },
    });
  });

  test("of attributes that do not fit the schema is the schema, and not a rule", async () => {
    const authorization = `Bearer ${await stack.tokenOf("kp_priya", "org_aurora")}`;
    const lost = { ...resource, attr: { ...resource.attr, state: "lost" } };
    const { body } = await stack.ask("POST", "explain", { resource: lost, actions: ["edit"] }, { authorization });
    expect(body.answers).toMatchObject([
      { allowed: false, schemaErrors: [expect.stringContaining("state")], why: null },
    ]);
  });

  test("is for the user of the token, and for nobody without one", async () => {
    const question = { resource, actions: ["view"] };
    expect((await stack.ask("POST", "explain", question)).status).toBe(401);
    const forged = { authorization: `Bearer ${await stack.tokenOf("kp_mara", "org_aurora")}x` };
    expect((await stack.ask("POST", "explain", question, forged)).status).toBe(401);
  });

  test("is of the policies as they are now", async () => {
    const path = "policies/file?path=document.yaml";
    const { text } = (await stack.ask("GET", path)).body;
    await stack.ask("PUT", path, { text: `# One more line.\n${text.replace("reviewers-publish", "four-eyes")}` });
    const [publish] = await explained("kp_priya", "org_aurora", ["publish"]);
    expect(publish!.why.rules).toContainEqual(
      expect.objectContaining({ name: "four-eyes", place: { file: "document.yaml", line: 43 }, outcome: "matched" }),
    );
    await stack.ask("POST", "policies/reset");
  });
});
