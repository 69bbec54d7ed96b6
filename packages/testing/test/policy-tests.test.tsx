import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Resource } from "@kinde-cerbos/core";
import { useCan } from "@kinde-cerbos/react/source";
import { renderWithPermissions } from "@kinde-cerbos/testing";
import { loadPolicyTests, type PolicyCase, runPolicyTests } from "@kinde-cerbos/testing/node";
import { screen } from "@testing-library/react";
import { type ReactNode } from "react";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { endTest } from "../src/end-test.ts";

const FOLDER = "test/samples/policies";

/** Returns a copy of the samples' policies, with these files changed or added. */
function policies(files: { readonly [path: string]: (text: string) => string } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-policy-tests-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(FOLDER, folder, { recursive: true });
  for (const [path, change] of Object.entries(files)) {
    const text = path === "extra_test.yaml" ? "" : readFileSync(join(folder, path), "utf8");
    writeFileSync(join(folder, path), change(text));
  }
  return folder;
}

function caseOf(name: string, folder = FOLDER): PolicyCase {
  const found = loadPolicyTests(folder).find((one) => one.name.startsWith(name));
  if (!found) throw new Error(`no case ${name}`);
  return found;
}

function Status({ action, resource }: { action: string; resource: Resource }): ReactNode {
  return useCan({ action, resource }).status;
}

function Page({ action = "edit", attr, id = "1" }: { action?: string; attr?: object; id?: string }): ReactNode {
  const { status, error } = useCan({
    action,
    resource: { kind: "document", id, attr: { ownerId: "kp_ann", ...attr } },
  });
  return <p>{error?.message ?? status}</p>;
}

/** Whether the page lets Ann edit, with the policy tests of a folder. */
function isEnabled(folder: string): boolean {
  const { container } = renderWithPermissions(<Page />, caseOf("ann", folder));
  return container.textContent === "allowed";
}

/** Returns the message with which the end of this test would fail. */
function failureAtEnd(): string {
  try {
    endTest();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe("loadPolicyTests", () => {
  it("gives each case the user of its token", () => {
    expect(caseOf("ann on draft")).toMatchObject({
      name: "ann on draft: The owner edits (Documents)",
      user: { id: "kp_ann", claims: { sub: "kp_ann", org_code: "org_north" } },
      resource: { kind: "document", id: "1", attr: { ownerId: "kp_ann" } },
      allowed: { edit: true, delete: false },
    });
    expect(caseOf("ben on draft").user).toMatchObject({
      id: "kp_ben",
      claims: { sub: "kp_ben", org_code: "org_north" },
    });
  });

  it("has users without a token, and leaves out skipped tests and tests that cannot happen on a page", () => {
    const folder = policies({
      "extra_test.yaml": () => `
name: Extra
principals:
  nobody: { id: anonymous, roles: [anonymous] }
  plain: { id: kp_plain, roles: [user, editor], attr: { orgCode: org_north, plan: free } }
  impostor: { id: kp_impostor, roles: [user] }
principalGroups:
  people: { principals: [nobody, plain, ann] }
auxData:
  odd: { jwt: { sub: kp_plain, roles: admin } }
tests:
  - name: Without a token
    input: { principalGroups: [people], resources: [draft], actions: [view] }
    expected: [{ principalGroups: [people], resource: draft, actions: { view: EFFECT_DENY } }]
  - name: Another's token
    input: { principals: [impostor], resources: [draft], actions: [view], auxData: ann }
    expected: [{ principal: impostor, resource: draft, actions: { view: EFFECT_DENY } }]
  - name: No token of Kinde
    input: { principals: [plain], resources: [draft], actions: [view], auxData: odd }
    expected: [{ principal: plain, resource: draft, actions: { view: EFFECT_DENY } }]
  - name: Skipped
    skip: true
    input: { principals: [ann], resources: [draft], actions: [view] }
    expected: [{ principal: ann, resource: draft, actions: { view: EFFECT_ALLOW } }]
`,
    });
    runPolicyTests(folder);
    const extra = loadPolicyTests(folder).filter(({ name }) => name.endsWith("(Extra)"));
    expect(extra.map(({ user }) => user)).toEqual([
      null,
      {
        id: "kp_plain",
        roles: ["editor"],
        claims: { org_code: "org_north" },
        attr: { orgCode: "org_north", plan: "free" },
      },
      { id: "kp_ann", roles: [], claims: { org_code: undefined }, attr: {} },
    ]);
    renderWithPermissions(<Page action="view" />, extra[1]);
    expect(screen.getByText("denied")).toBeDefined();
  });

  it("answers components as the tests of all example policies expect", () => {
    const cases = loadPolicyTests("../policies/examples");
    expect(cases.length).toBeGreaterThan(100);
    for (const { name, user, can, resource, allowed } of cases) {
      for (const [action, is] of Object.entries(allowed)) {
        const { container, unmount } = renderWithPermissions(<Status action={action} resource={resource} />, {
          user,
          can,
        });
        expect(`${name} ${action} ${container.textContent}`).toBe(`${name} ${action} ${is ? "allowed" : "denied"}`);
        unmount();
      }
    }
  });

  it("says what is wrong with a file, and that no case is left", () => {
    const missing = policies({ "document_test.yaml": (text) => text.replace("[draft]", "[draught]") });
    expect(() => loadPolicyTests(missing)).toThrow('document_test.yaml uses "draught" in resources. Define it');
    const broken = policies({ "testdata/auxdata.yaml": () => "auxData: [" });
    expect(() => loadPolicyTests(broken)).toThrow("testdata/auxdata.yaml cannot be parsed");
    expect(() => loadPolicyTests("test/policies")).toThrow("test/policies has no policy tests");
    expect(() => loadPolicyTests(FOLDER, { kind: "invoice" })).toThrow('no policy test of the kind "invoice" that');
  });
});

describe("a component that drifts from the policy tests", () => {
  it.each([
    ["another attribute", { attr: { state: "draft" } }, 'edit document "1" with {"ownerId":"kp_ann","state":"draft"}'],
    ["another resource", { id: "2" }, 'edit document "2" with {"ownerId":"kp_ann"}'],
    ["another action", { action: "archive" }, 'archive document "1" with {"ownerId":"kp_ann"}'],
  ])("by %s: its check is an error, and so is the end of the test", async (_, props, checked) => {
    renderWithPermissions(<Page {...props} />, caseOf("ann"));
    const message = await screen.findByText(/^No policy test/);
    expect(message.textContent).toBe(
      `No policy test says whether "kp_ann" may ${checked}.\n` +
        `This user's policy tests have:\n  edit, delete document "1" with {"ownerId":"kp_ann"}`,
    );
    expect(failureAtEnd()).toBe(message.textContent);
    expect(failureAtEnd()).toBe("");
  });

  it("by another user", async () => {
    renderWithPermissions(<Page />, { ...caseOf("ann"), user: { id: "kp_ben" } });
    expect(
      await screen.findByText(/^The component checks as "kp_ben", but the policy test "ann on draft/),
    ).toBeDefined();
    expect(failureAtEnd()).toContain('is about "kp_ann"');
  });

  // oxlint-disable-next-line vitest/expect-expect -- it fails at its end
  it.fails("fails the test by itself, if it uses @kinde-cerbos/testing/vitest", () => {
    renderWithPermissions(<Page action="archive" />, caseOf("ann"));
  });
});

describe("policy tests that drift", () => {
  it("from what a component's test expects, fail that test", () => {
    const folder = policies({ "document_test.yaml": (text) => text.replace("EFFECT_ALLOW", "EFFECT_DENY") });
    expect(isEnabled(FOLDER)).toBe(true);
    expect(() => expect(isEnabled(folder)).toBe(true)).toThrow("expected false to be true");
  });

  it("from the attributes that a component sends, fail its test", () => {
    const folder = policies({ "testdata/resources.yaml": (text) => text.replace("ownerId", "owner") });
    expect(isEnabled(folder)).toBe(false);
    expect(failureAtEnd()).toContain(
      `This user's policy tests have:\n  edit, delete document "1" with {"owner":"kp_ann"}`,
    );
  });

  it("pass runPolicyTests with FORCE_COLOR", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(() => runPolicyTests(FOLDER)).not.toThrow();
  });

  it("from the policies, fail runPolicyTests", () => {
    runPolicyTests(FOLDER);
    const folder = policies({ "document_test.yaml": (text) => text.replace("EFFECT_DENY", "EFFECT_ALLOW") });
    expect(() => runPolicyTests(folder)).toThrow("OUTCOME: expected: EFFECT_ALLOW, actual: EFFECT_DENY");
    expect(() => runPolicyTests("test/policies")).toThrow("No policy test ran in test/policies.");
    const broken = policies({ "document.yaml": (text) => text.replace("rules:", "rulez:") });
    expect(() => runPolicyTests(broken)).toThrow("rulez");
  });
});
