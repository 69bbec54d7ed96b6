// Explanations of denied actions, compared with what the PDP itself says of each condition and each derived role.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPdp } from "@kinde-cerbos/cli/internal";
import { type Authorizer, createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isSeq, parseDocument } from "yaml";
import { ACTIONS, type DocumentResource, documentResource, documents } from "../data/documents.ts";
import { actionPolicy } from "../server/action-policy.ts";
import { explain } from "../src/why/explanation.ts";
import { CLIENT_ID, kindeConfig } from "../stack/kinde-config.ts";
import { IS_NIGHT } from "./nightly.ts";

const policies = fileURLToPath(new URL("../policies", import.meta.url));
const POLICY = "resource.document.vdefault";

/** A rule that denies, whoever is a member: beside it, nobody knows which rule has decided. */
const DENY = {
  name: "nobody-edits-contracts",
  actions: ["edit"],
  effect: "EFFECT_DENY",
  derivedRoles: ["kinde_org_member"],
  condition: { match: { expr: 'R.attr.department == "legal"' } },
};

/**
 * Copies the policies, with `rules` more. For each rule and each derived role of the documents, there is an action more
 * that is allowed exactly if the condition is met (`met-NAME`), and if the user has the role (`has-NAME`).
 */
function probedPolicies(rules: readonly object[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-why-"));
  cpSync(policies, folder, {
    recursive: true,
    dereference: true,
    filter: (path) => !/_test\.yaml$|testdata/.test(path),
  });
  const file = join(folder, "document.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  const list = document.getIn(["resourcePolicy", "rules"]);
  if (!isSeq(list)) throw new Error("There are no rules.");
  const own: Rule[] = JSON.parse(JSON.stringify(list));
  const allow = { effect: "EFFECT_ALLOW" };
  const probes: object[] = [];
  for (const { name, condition, derivedRoles } of own) {
    probes.push({ ...allow, actions: [`met-${name}`], roles: ["*"], ...(condition && { condition }) });
    for (const role of derivedRoles) probes.push({ ...allow, actions: [`has-${role}`], derivedRoles: [role] });
  }
  for (const rule of [...rules, ...probes]) list.add(document.createNode(rule));
  writeFileSync(file, document.toString());
  return folder;
}

interface Rule {
  readonly name: string;
  readonly condition?: object;
  readonly derivedRoles: readonly string[];
}

let kinde: Awaited<ReturnType<typeof startLocalKinde>>;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  vi.stubGlobal("PEOPLE", []);
  vi.stubGlobal("ORGANIZATIONS", []);
  kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
});

afterAll(async () => {
  for (const end of ends) await end();
  await kinde.close();
});

/** Starts a PDP on these policies. Returns what asks it as a person. */
async function asking(folder: string): Promise<(person: string, organization: string) => Promise<Authorizer>> {
  const globals = { issuer: kinde.url, clientId: CLIENT_ID };
  const pdp = await startPdp({ policies: folder, jwksUrl: `${kinde.url}/.well-known/jwks`, globals });
  ends.push(async () => {
    await pdp.stop();
    rmSync(folder, { recursive: true });
  });
  return async (person, organization) => {
    const session = await createSession(await kinde.createToken({ person, organization }));
    return createAuthorizer({ pdp: createFetchPdp(pdp.url), session, includeMetadata: true });
  };
}

/** Explains each action on each document of the organization, beside the answers of the probes. */
async function explainAll(authorizer: Authorizer, organization: string, folder: string) {
  const resources = documents.filter(({ orgCode }) => orgCode === organization).map(documentResource);
  const allowed = async (action: string, resource: DocumentResource): Promise<boolean> =>
    (await authorizer.check({ action, resource })).allowed;
  const explained = ACTIONS.map(async (action) => {
    const policy = actionPolicy(folder, POLICY, action);
    const plan = await authorizer.plan({ kind: "document", action });
    return Promise.all(
      resources.map(async (resource) => {
        const decision = await authorizer.check({ action, resource });
        const explanation = explain({ decision, roles: ["user"], policy, plan, resource });
        const truths = explanation.rules?.map(async ({ rule }) => ({
          name: rule.name,
          has: await Promise.all(rule.derivedRoles.map(({ name }) => allowed(`has-${name}`, resource))),
          isMet: await allowed(`met-${rule.name}`, resource),
        }));
        return { explanation, truths: await Promise.all(truths ?? []) };
      }),
    );
  });
  return (await Promise.all(explained)).flat();
}

const people = [
  ["kp_priya", "org_aurora"],
  ["kp_tomas", "org_borealis"],
  ["kp_ines", "org_cascade"],
  ["kp_jonas", "org_aurora"],
  ["kp_mara", "org_aurora"],
] as const;

for (const [person, organization] of IS_NIGHT ? people : people.slice(0, 2)) {
  test(`what is said of each rule is what became of it: ${person}`, async () => {
    const folder = probedPolicies();
    const authorizer = await (await asking(folder))(person, organization);
    const explained = await explainAll(authorizer, organization, folder);
    const denied = explained.filter(({ explanation }) => !explanation.allowed);
    expect(denied.length).toBeGreaterThan(30);
    for (const { explanation, truths } of denied) {
      expect(explanation.matchedPolicy).toBe(POLICY);
      expect(truths.length).toBeGreaterThan(0);
      for (const [at, { name, has, isMet }] of truths.entries()) {
        const { verdict, held } = explanation.rules![at]!;
        expect([name, held.length]).toEqual([name, has.filter(Boolean).length]);
        expect([name, verdict]).toEqual([name, held.length === 0 ? "not_for_user" : "condition_failed"]);
        // Whether a condition would be met for others does not matter.
        expect([name, held.length > 0 && isMet]).toEqual([name, false]);
      }
      // In each way, something is missing, or there is none.
      expect(explanation.ways).not.toBeNull();
      for (const way of explanation.ways ?? []) expect(way.some(({ holds }) => holds === false)).toBe(true);
      expect(explanation.ways?.flat().filter(({ holds }) => holds === "unknown")).toEqual([]);
    }
  });
}

test("beside a rule that denies, it is not said which rule has decided", async () => {
  const folder = probedPolicies([DENY]);
  const authorizer = await (await asking(folder))("kp_mara", "org_aurora");
  const explained = await explainAll(authorizer, "org_aurora", folder);
  const edits = explained.filter(({ explanation }) => explanation.rules?.some(({ rule }) => rule.effect === "deny"));
  expect(edits.length).toBeGreaterThan(30);
  for (const { explanation } of edits) {
    expect(explanation.rules?.filter(({ verdict }) => verdict === "condition_failed")).toEqual([]);
  }
});

test("attributes that the schema refuses deny all, and nothing is said of the rules", async () => {
  const authorizer = await (await asking(probedPolicies()))("kp_mara", "org_aurora");
  const { id, kind, attr } = documentResource(documents[0]!);
  const resource = { id, kind, attr: { ...attr, state: "lost" } };
  const decision = await authorizer.check({ action: "edit", resource });
  const plan = await authorizer.plan({ kind, action: "edit" });
  const policy = actionPolicy(policies, POLICY, "edit");
  const { schemaErrors, rules } = explain({ decision, roles: ["user"], policy, plan, resource });
  expect(schemaErrors).toEqual([expect.stringContaining("state")]);
  expect(rules?.map(({ verdict }) => verdict)).toEqual(["unknown"]);
});

test("each rule and each derived role is where the policies have it", () => {
  const found = ACTIONS.flatMap((action) => actionPolicy(policies, POLICY, action)?.rules ?? []);
  const parts = [...found, ...found.flatMap(({ derivedRoles }) => derivedRoles)];
  expect(new Set(parts.map(({ name }) => name)).size).toBeGreaterThan(12);
  for (const { file, line, name } of parts) {
    expect(readFileSync(join(policies, file), "utf8").split("\n")[line - 1]).toContain(`name: ${name}`);
  }
  const publish = actionPolicy(policies, POLICY, "publish")?.rules[0];
  expect(publish?.about).toBe("Four eyes: a reviewer publishes what somebody else wrote.");
  expect(publish?.condition).toBe('R.attr.state == "in_review" && !V.is_owner');
});

test("a policy that is not in the folder, and a name that is none, are not explained", () => {
  expect(actionPolicy(policies, "resource.invoice.vdefault", "view")).toBeNull();
  expect(actionPolicy(policies, "resource.document.v2", "view")).toBeNull();
  expect(actionPolicy(policies, "principal.kp_mara.vdefault", "view")).toBeNull();
  expect(actionPolicy(policies, "../../server", "view")).toBeNull();
  expect(actionPolicy(policies, POLICY, "burn")?.rules).toEqual([]);
});
