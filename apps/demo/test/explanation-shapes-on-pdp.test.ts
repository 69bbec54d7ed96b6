// Explanations of denied actions for policies of every shape: what is said of each rule is true, or it is not said.
import { createAuthorizer, createSession, type Resource } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { actionMatches } from "../server/action-pattern.ts";
import { actionPolicy } from "../server/action-policy.ts";
import { type Explanation, explain } from "../src/why/explanation.ts";
import { WhyDetails } from "../src/why/why-details.tsx";
import {
  KINDS,
  type ReasonsCheck,
  type ReasonsPdp,
  reasonsResource,
  startReasonsPdp,
} from "./playground/reason-policies.ts";

/** Names of actions as rules may write them, each in the policy of a kind of its own. */
const PATTERNS = [
  ["view:*", "*", "**", "v*", "*:read", "a:**", "view:*:x", "*:*", "x:*:*", "z.z*"],
  ["a?c*", "[xy]z*", "[!k]k*", "{one,two}:q*", "{u,v*}", "a,b*", "p*q:r", "\\**"],
  ["a?c", "[xy]z", "{one,two}:q", "view", "view:x"],
  ["[^a]z*", "[\\w]z*", "[!x]z*", "[a\\-z]z*"],
  // Not valid.
  ["[z-a]z*", "[x\\]*", "[x*", "[x\\]]z*", "[!]*", "[]*"],
].flat();

const ACTIONS = [
  [
    "view",
    "view:",
    "view:x",
    "view:x:y",
    "view:x:x",
    "view:x:",
    "abc",
    "abcd",
    "a:c",
    "a?c",
    "xz",
    "xz1",
    "zz",
    "[xy]z",
    "[x]z",
    "[xz",
    "]z",
    "az",
    "^z",
    "wz",
    "mz",
    "-z",
  ],
  [
    "one:q",
    "two:q2",
    "{one,two}:q",
    "ak",
    "kk",
    "pxq:r",
    "p:q:r",
    "u",
    "v",
    "v1",
    "read",
    "x:read",
    "a:b:read",
    "a:b:c",
  ],
  ["a,b", "a,bc", "b", "x:1", "x:1:2", "x::", "z.z1", "zaz1", "*", "\\", "ü:ö", "書類"],
].flat();

let stack: ReasonsPdp;

beforeAll(async () => {
  vi.stubGlobal("PEOPLE", []);
  vi.stubGlobal("ORGANIZATIONS", []);
  const policies = PATTERNS.map((pattern, at) => [
    `pattern_${at}.yaml`,
    `apiVersion: api.cerbos.dev/v1
resourcePolicy:
  resource: pattern_${at}
  version: default
  rules:
    - { actions: [${JSON.stringify(pattern)}], effect: EFFECT_ALLOW, roles: ["*"] }
`,
  ]);
  stack = await startReasonsPdp(Object.fromEntries(policies));
});
afterAll(() => stack.close());

/** Explains an action for a user, as the page does. */
async function explained(action: string, asked: ReasonsCheck): Promise<Explanation> {
  const { id = "ada", roles = [] } = asked;
  const claims = { sub: id, org_code: "org_aurora", roles: roles.map((key) => ({ id: key, key, name: key })) };
  const session = await createSession(claims);
  const authorizer = createAuthorizer({ pdp: createFetchPdp(stack.pdp.url), session, includeMetadata: true });
  const resource: Resource = reasonsResource(asked);
  const { kind, scope } = resource;
  const decision = await authorizer.check({ action, resource });
  const plan = await authorizer.plan({ kind, scope, action });
  const policy = actionPolicy(stack.folder, decision.metadata?.matchedPolicy ?? "", action);
  const explanation = explain({ decision, roles: session.principal.roles, policy, plan, resource });
  expect(explanation.allowed).toBe(false);
  return explanation;
}

function verdicts({ rules }: Explanation): (readonly [string, string])[] {
  return (rules ?? []).map(({ rule, verdict }) => [rule.id, verdict]);
}

/** What is read of it. */
function textOf(explanation: Explanation): string {
  const props = { ssrPath: "/", children: createElement(WhyDetails, { explanation }) };
  const html = renderToStaticMarkup(createElement(Router, props));
  return html
    .replaceAll(/<\/(?:p|h3|li)>/g, "\n")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'");
}

test("a rule names the actions that Cerbos takes it to name", async () => {
  const resources = PATTERNS.map((_, at) => ({ resource: { kind: `pattern_${at}`, id: "1" }, actions: ACTIONS }));
  const response = await fetch(`${stack.pdp.url}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({ principal: { id: "ada", roles: ["user"] }, resources }),
  });
  const { results }: { results: { actions: Record<string, string> }[] } = await response.json();
  for (const [at, pattern] of PATTERNS.entries()) {
    const named = ACTIONS.filter((action) => results[at]?.actions[action] === "EFFECT_ALLOW");
    expect([pattern, ACTIONS.filter((action) => actionMatches(pattern, action))]).toEqual([pattern, named]);
  }
});

describe.each(KINDS)("the kind %s", (kind) => {
  test("has its rules, with their lines", async () => {
    const file = `kind_${KINDS.indexOf(kind)}.yaml`;
    const explanation = await explained("share", { kind });
    expect(verdicts(explanation)).toEqual([["mixed", "not_for_user"]]);
    expect(explanation.rules?.[0]?.rule).toMatchObject({ file, line: stack.lineOf(file, "name: mixed") });
    expect(explanation.rules?.[0]?.rule.derivedRoles).toMatchObject([{ name: "owner", file: "roles.yaml" }]);
  });
});

test("roles and derived roles that the user lacks are all named", async () => {
  expect(textOf(await explained("share", {}))).toContain("You are not owner or admin here");
});

test("a rule for all parts of an action is one for each part, and not for the action", async () => {
  expect(verdicts(await explained("view:title", {}))).toEqual([["owners-view", "not_for_user"]]);
});

test("a rule that denies without a condition says to which roles, and it is not said that the user decides", async () => {
  const explanation = await explained("print", { kind: "strict", roles: ["guest"] });
  expect(verdicts(explanation)).toEqual([
    ["guests-never-print", "denies"],
    ["prints-drafts", "unknown"],
  ]);
  expect(textOf(explanation)).toContain("It denies this action to guest.");
  const everyone = textOf(await explained("burn", { kind: "strict" }));
  expect(everyone).toContain("It denies this action to everyone.");
  expect(everyone).not.toContain("depends only on you");
});

test("beside a rule that denies on a condition, nothing is said of the conditions", async () => {
  const explanation = await explained("view", {});
  expect(verdicts(explanation)).toEqual([
    ["admins-view", "not_for_user"],
    ["admin-owners-view", "not_for_user"],
    ["everyone-views-public", "unknown"],
    ["nobody-views-locked", "unknown"],
    ["guests-never-view", "not_for_user"],
  ]);
  expect(textOf(explanation)).not.toContain("is not met");
});

test("a rule without a name is shown by its line, with its condition", async () => {
  const explanation = await explained("edit", {});
  expect(verdicts(explanation)).toEqual([
    ["nobody-views-locked", "unknown"],
    ["rule-007", "unknown"],
  ]);
  expect(textOf(explanation)).toContain("a rule without a name");
  expect(textOf(explanation)).toContain("Its condition: R.attr.state == 'draft'");
});

describe("with an error in a condition", () => {
  test.each(["edit", "scan"])("another rule whose condition is met is not said to fail: %s", async (action) => {
    const explanation = await explained(action, { kind: "odd", attr: { state: "draft" } });
    expect(verdicts(explanation)).toContainEqual([action === "edit" ? "would-do" : "scans-drafts", "unknown"]);
    expect(textOf(explanation)).not.toContain("is not met");
  });
});

describe("in a scope", () => {
  test("rules of the parent are shown, and not judged beside a rule that denies", async () => {
    const explanation = await explained("edit", { kind: "scoped", scope: "acme", attr: { locked: true } });
    expect(verdicts(explanation)).toEqual([
      ["acme-locks", "unknown"],
      ["top-admins-edit", "unknown"],
      ["top-users-edit-drafts", "unknown"],
    ]);
  });

  test("an action that no rule of the scope names is not denied for everyone", async () => {
    expect(verdicts(await explained("print", { kind: "scoped", scope: "acme" }))).toEqual([
      ["top-admins-print", "not_for_user"],
    ]);
    const none = await explained("burn", { kind: "scoped", scope: "acme" });
    expect(textOf(none)).toContain("No rule names this action");
    const top = await explained("edit", { kind: "scoped" });
    expect(verdicts(top)).toEqual([
      ["top-admins-edit", "not_for_user"],
      ["top-users-edit-drafts", "condition_failed"],
    ]);
  });
});

test("the policy of one principal is named, with its line, and the plan, which ignores it, is not shown", async () => {
  const explanation = await explained("read", { kind: "odd", id: "eve" });
  expect(explanation).toMatchObject({ exception: { file: "eve.yaml", line: 1 }, rules: null, ways: null });
  expect(textOf(explanation)).toBe(
    "Decided by principal.eve.vdefault, a policy for one user or one role. It takes precedence over the rules for this kind of resource.\n",
  );
});

test("beside the policy of a role, nothing is said of the rules", async () => {
  const explanation = await explained("edit", { kind: "scoped", roles: ["manager"] });
  expect(verdicts(explanation)).toEqual([
    ["top-admins-edit", "unknown"],
    ["top-users-edit-drafts", "unknown"],
  ]);
  expect(textOf(explanation)).not.toMatch(/You are not|is not met/);
  const share = await explained("share", { roles: ["manager"] });
  expect(share).toMatchObject({ matchedPolicy: "role.manager.vdefault", exception: { file: "manager.yaml" } });
});

test("of a kind that no policy covers, nothing else is said", async () => {
  const text = textOf(await explained("view", { kind: "unheard" }));
  expect(text).toBe("No policy covers this kind of resource, so every action is denied.\n");
});
