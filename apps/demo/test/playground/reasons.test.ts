// What the Matrix says of each rule, for policies of every shape, beside the decisions of a PDP.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explain } from "../../server/playground/explain.ts";
import { openPolicyFolder } from "../../server/playground/policy-folder.ts";
import { type Trace } from "../../server/playground/trace.ts";
import { decidingRules, headline, outcomeText, roleText } from "../../src/playground/why-text.ts";
import { IS_NIGHT } from "../nightly.ts";
import { KINDS, type ReasonsCheck, type ReasonsPdp, reasonsResource, startReasonsPdp } from "./reason-policies.ts";

let stack: ReasonsPdp;

beforeAll(async () => {
  stack = await startReasonsPdp();
});
afterAll(() => stack.close());

/** Explains actions for a user, one after the other as the page's server does. Each trace decides as the PDP does. */
async function tracesOf(actions: readonly string[], asked: ReasonsCheck): Promise<readonly Trace[]> {
  const { id = "ada", roles = ["user"] } = asked;
  const principal = { id, roles: [...roles], attr: {} };
  const resource = reasonsResource(asked);
  const response = await fetch(`${stack.pdp.url}/api/check/resources`, {
    method: "POST",
    body: JSON.stringify({ principal, resources: [{ actions, resource }] }),
  });
  const { results }: { results: { actions: Record<string, string> }[] } = await response.json();
  const decided = actions.map((action) => results[0]?.actions[action] === "EFFECT_ALLOW");
  const folder = await openPolicyFolder({ folder: stack.folder, shipped: stack.folder });
  const allowed = new Set(actions.filter((_, index) => decided[index]));
  const one = { name: 'Ada: in "Aurora"', principal, claims: {}, resource, actions, allowed };
  const explained = (await explain(folder, [one], stack.globals)).get(one.name);
  const traces = actions.map((action) => explained?.get(action));
  expect(traces.map((trace) => trace?.allowed)).toEqual(decided);
  return traces.filter((trace) => trace !== undefined);
}

/** All that is said of a decision, with the place of each rule. */
function said(trace: Trace | undefined): string[] {
  if (!trace) throw new Error("There is no trace.");
  return [
    headline(trace),
    ...trace.rules.map((rule) => {
      const place = rule.place ? `${rule.place.file}:${rule.place.line}` : "nowhere";
      return `${rule.name} (${place}) ${outcomeText(rule, trace, "Ada")}`;
    }),
  ];
}

async function saidOf(action: string, asked: ReasonsCheck): Promise<string[]> {
  return said((await tracesOf([action], asked))[0]);
}

function at(name: string, file = "kind_0.yaml"): string {
  const id = name.startsWith("rule-") ? "- actions: [" : `name: ${name}`;
  return `${name} (${file}:${stack.lineOf(file, id)})`;
}

describe("rules for roles that the person lacks", () => {
  test("are named with their roles, beside those that were evaluated", async () => {
    expect(await saidOf("view", {})).toEqual([
      "Denied: no rule allows it.",
      `${at("admin-owners-view")} allows it only for admin_owner, which Ada does not have here.`,
      `${at("admins-view")} allows it only for role admin or auditor, which Ada does not have here.`,
      `${at("everyone-views-public")} would allow it, but its condition is not met.`,
      `${at("guests-never-view")} denies it only for role guest, which Ada does not have here.`,
      `${at("nobody-views-locked")} would deny it, but its condition is not met.`,
    ]);
    expect(await saidOf("view:title", { attr: { owner: "ada" } })).toEqual([
      "Allowed by a rule.",
      `${at("owners-view")} allows it.`,
    ]);
  });

  test("say of a derived role which role it takes, or which condition is not met", async () => {
    const [trace] = await tracesOf(["view"], {});
    expect(
      trace?.derivedRoles.map((role) => [role.name, role.place?.line, roleText(role, "Ada"), role.conditions]),
    ).toEqual([
      [
        "admin_owner",
        stack.lineOf("roles.yaml", "name: admin_owner"),
        "does not apply: it is for role admin, which Ada does not have.",
        [],
      ],
      ["member", stack.lineOf("roles.yaml", "name: member"), "applies.", []],
      [
        "owner",
        stack.lineOf("roles.yaml", "name: owner"),
        "does not apply.",
        [{ expr: "R.attr.owner == P.id", result: false }],
      ],
    ]);
  });

  test("with roles and derived roles name both; a derived role without a condition applies", async () => {
    expect(await saidOf("share", {})).toEqual([
      "Denied: no rule allows it.",
      `${at("mixed")} allows it only for role admin or owner, which Ada does not have here.`,
    ]);
    expect(await saidOf("share", { attr: { owner: "ada" } })).toEqual([
      "Allowed by a rule.",
      `${at("mixed")} allows it.`,
    ]);
    expect(await saidOf("archive", {})).toEqual(["Allowed by a rule.", `${at("members-archive")} allows it.`]);
  });
});

describe("a rule that denies", () => {
  test("would deny if its condition were met, and denies if it is", async () => {
    expect(await saidOf("edit", { attr: { state: "draft" } })).toEqual([
      "Allowed by a rule.",
      `${at("nobody-views-locked")} would deny it, but its condition is not met.`,
      `${at("rule-007")} allows it.`,
    ]);
    const locked = await saidOf("edit", { attr: { state: "draft", locked: true } });
    expect(locked[0]).toBe("Denied by a rule.");
    expect(locked).toContain(`${at("nobody-views-locked")} denies it.`);
  });

  test("for one role is not what decided, if another role allows", async () => {
    const [trace] = await tracesOf(["view"], { roles: ["guest", "admin"] });
    expect(said(trace)).toContain(`${at("admins-view")} allows it.`);
    expect(said(trace)).toContain(`${at("guests-never-view")} denies it for role guest. Another role allows it.`);
    expect(decidingRules(trace!).map(({ name }) => name)).toEqual(["admins-view"]);
  });
});

test.each(IS_NIGHT ? KINDS : KINDS.slice(1, 4))("rules of the kind %s have their names and lines", async (kind) => {
  const file = `kind_${KINDS.indexOf(kind)}.yaml`;
  const [view, edit] = await tracesOf(["view", "edit"], { kind, attr: { state: "public" } });
  expect(said(view)).toContain(`${at("everyone-views-public", file)} allows it.`);
  expect(said(view)).toContain(
    `${at("admin-owners-view", file)} allows it only for admin_owner, which Ada does not have here.`,
  );
  expect(said(edit)).toContain(`${at("rule-007", file)} would allow it, but its condition is not met.`);
});

test("each of several actions is explained as if it were asked alone", async () => {
  const asked = { attr: { state: "draft", locked: true, owner: "ada" }, roles: ["user", "guest"] };
  const actions = ["view", "edit", "burn"];
  const together = await tracesOf(actions, asked);
  for (const [index, action] of actions.entries())
    expect([action, said(together[index])]).toEqual([action, await saidOf(action, asked)]);
  expect(said(together[2])).toEqual(["Denied: no rule names this action."]);
});

test("rules of parent scopes have their lines, and those that were not needed are not judged", async () => {
  expect(await saidOf("edit", { kind: "scoped", scope: "acme", attr: { locked: true } })).toEqual([
    "Denied by a rule.",
    `${at("acme-locks", "scoped_acme.yaml")} denies it.`,
    `${at("top-admins-edit", "scoped.yaml")} allows it only for role admin, which Ada does not have here.`,
    `${at("top-users-edit-drafts", "scoped.yaml")} was not evaluated: Cerbos decided without it.`,
  ]);
  expect(await saidOf("view", { kind: "scoped", scope: "acme" })).toEqual([
    "Allowed by a rule.",
    `rule-003 (scoped.yaml:${stack.lineOf("scoped.yaml", "- actions: [view]")}) allows it.`,
  ]);
  // Without the scope, its rule has nothing to say.
  expect((await saidOf("edit", { kind: "scoped", attr: { locked: true } })).join()).not.toContain("acme-locks");
});

test("a condition that fails with an error denies, whatever other rules say", async () => {
  const drafts = { kind: "odd", attr: { state: "draft" } };
  const edit = await saidOf("edit", drafts);
  expect(edit[0]).toBe("Denied: a condition failed with an error.");
  expect(edit).toContain(`${at("fails", "odd.yaml")} could not be evaluated: its condition failed with an error.`);
  expect(edit.join()).not.toContain("would-do (odd.yaml:0)");
  expect(edit.join()).not.toMatch(/would-do \S+ would allow it, but its condition/);
  const print = await saidOf("print", drafts);
  expect(print[0]).toBe("Denied: a condition failed with an error.");
  expect(print).toContain(
    `${at("denies-in-error", "odd.yaml")} could not be evaluated: its condition failed with an error.`,
  );
  const scan = await saidOf("scan", drafts);
  expect(scan[0]).toBe("Denied: a condition failed with an error.");
  expect(scan.join()).not.toMatch(/scans-drafts \S+ would allow it, but its condition/);
});

test("the policy of one principal is named with its rule and line", async () => {
  const line = stack.lineOf("eve.yaml", "name: not-eve");
  expect(await saidOf("read", { kind: "odd", id: "eve" })).toEqual([
    "Denied by a rule.",
    `${at("eves-read", "odd.yaml")} was not evaluated: Cerbos decided without it.`,
    `not-eve (eve.yaml:${line}) denies it.`,
  ]);
  const edit = await saidOf("edit", { kind: "odd", id: "eve" });
  expect(edit).toContain(`odd_rule-002 (eve.yaml:${stack.lineOf("eve.yaml", "- action: edit")}) allows it.`);
});

test("the policy of a role is named where it denies, and the rights that it gives are counted", async () => {
  const manager = { roles: ["manager"], attr: { state: "draft", owner: "ada" } };
  expect(await saidOf("share", manager)).toEqual([
    "Denied by a rule.",
    `${at("mixed")} was not evaluated: Cerbos decided without it.`,
    `policy for the role manager (manager.yaml:1) denies it.`,
  ]);
  // As a user, which the policy makes of a manager.
  expect(await saidOf("edit", manager)).toContain(`${at("rule-007")} allows it.`);
});

test("a kind that no policy knows has no rules", async () => {
  expect(await saidOf("view", { kind: "unheard" })).toEqual(["Denied: no rule names this action."]);
});
