import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { exampleDirectory, policyDirectory } from "../src/index.ts";
import { principalReads } from "./principal-reads.ts";

const folders = { policies: fileURLToPath(policyDirectory), examples: fileURLToPath(exampleDirectory) };

const shipped = Object.entries(folders).flatMap(([name, folder]) =>
  globSync("**/*.yaml", { cwd: folder, exclude: ["testdata/**", "**/*_test.yaml"] }).map((file) => ({
    file: `${name}/${file}`,
    text: readFileSync(join(folder, file), "utf8"),
  })),
);

/** The values that no verified claim has: the principal's id, and what a gateway adds if `behindGateway` is set. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "policies/kinde_token.yaml": [
    "exportVariables.definitions.kinde_authenticated: request.principal.id",
    "exportVariables.definitions.kinde_entitlements_known: request.principal.attr.entitlements",
    "exportVariables.definitions.kinde_entitlements_known: request.principal.attr.entitlements",
    "exportVariables.definitions.kinde_entitlements: request.principal.attr.entitlements",
  ],
};

describe("the published policies", () => {
  test("are all checked", () => {
    expect(shipped.map(({ file }) => file).toSorted()).toEqual([
      "examples/export.yaml",
      "examples/project.yaml",
      "examples/report.yaml",
      "examples/seat.yaml",
      "examples/ticket.org_strict.yaml",
      "examples/ticket.yaml",
      "policies/doctor.yaml",
      "policies/kinde_derived_roles.yaml",
      "policies/kinde_token.yaml",
    ]);
  });

  test.each(shipped)("$file takes no right from the principal", ({ file, text }) => {
    expect(principalReads(text)).toEqual(EXCEPTIONS[file] ?? []);
  });

  test.each(shipped)("$file would not pass with a right from the principal in the place of any claim", ({ text }) => {
    const reads = principalReads(text).length;
    const code = text.replaceAll(/^ *#.*$/gm, "");
    const claims = [...code.matchAll(/\b(?:V|request\.aux_data\.jwt)\.\w+/g)];
    const unnoticed = claims.filter(({ 0: claim, index }) => {
      const changed = `${code.slice(0, index)}P.attr.x${code.slice(index + claim.length)}`;
      return principalReads(changed).length <= reads;
    });
    expect(unnoticed).toEqual([]);
  });
});

const policy = (rules: string, more = ""): string =>
  `apiVersion: api.cerbos.dev/v1\nresourcePolicy:\n  resource: x\n  version: default\n${more}  rules:\n    - ` +
  `${rules}\n`;
const condition = (expression: string): string =>
  policy(
    `{ actions: [a], effect: EFFECT_ALLOW, roles: ["*"], condition: { match: { expr: ` +
      `${JSON.stringify(expression)} } } }`,
  );

describe("a right from the principal is found", () => {
  test.each([
    ["P.attr.orgCode == R.attr.orgCode"],
    ['"admin" in P.roles'],
    ['"admin" in request.principal.roles'],
    ["request.principal.attr.permissions.exists(p, p == 'edit')"],
    ['request.principal["attr"].orgCode == R.attr.orgCode'],
    ['request["principal"].attr.admin'],
    ['P["roles"].size() > 0'],
    ["P .attr\n .admin"],
    ["request\n  .principal . attr.admin"],
    [".request.principal.attr.admin"],
    ["request.`principal`.attr.admin"],
    ['R.attr.note == "a" && P.attr.admin // "'],
    ["R.attr.note == 'it\\'s' && P.attr.admin"],
    ['R.attr.note == """a "quoted" one""" && P.attr.admin'],
    ['r"\\" == R.attr.note && P.attr.admin'],
    ["[P][0].attr.admin"],
    ["[request].exists(r, r.principal.attr.admin)"],
    ["R.attr.ownerId == P.id"],
  ])("in a condition: %s", (expression) => {
    expect(principalReads(condition(expression))).not.toEqual([]);
  });

  test.each([
    ["a rule for a role", policy("{ actions: [a], effect: EFFECT_ALLOW, roles: [admin] }")],
    ["a rule for several roles", policy('{ actions: [a], effect: EFFECT_ALLOW, roles: ["*", admin] }')],
    [
      "one of several conditions",
      policy(
        '{ actions: [a], effect: EFFECT_ALLOW, roles: ["*"], condition: { match: { any: { of: [{ expr: ' +
          '"true" }, { none: { of: [{ expr: P.attr.a }] } }] } } } }',
      ),
    ],
    [
      "an output",
      policy('{ actions: [a], effect: EFFECT_ALLOW, roles: ["*"], output: { when: { ruleActivated: P.attr.a } } }'),
    ],
    [
      "a local variable",
      policy('{ actions: [a], effect: EFFECT_ALLOW, roles: ["*"] }', "  variables: { local: { name: P.attr.a } }\n"),
    ],
    ["an exported variable", "exportVariables: { name: v, definitions: { effect: P.attr.a } }"],
    ["a derived role for a role", "derivedRoles: { name: d, definitions: [{ name: x, parentRoles: [admin] }] }"],
    [
      "a derived role by an attribute",
      'derivedRoles: { name: d, definitions: [{ name: x, parentRoles: ["*"], condition: { match: { expr: ' +
        "P.attr.a } } }] }",
    ],
    ["a policy for a principal", "principalPolicy: { principal: kp_a, version: default, rules: [] }"],
    ["a policy for a role", "rolePolicy: { role: admin, rules: [] }"],
    [
      "a second document",
      `${policy('{ actions: [a], effect: EFFECT_ALLOW, roles: ["*"] }')}---\n${condition("P.attr.a")}`,
    ],
  ])("in %s", (_, text) => {
    expect(principalReads(text)).not.toEqual([]);
  });
});

test.each([
  ["V.kinde_org_member && R.attr.P == request.resource.attr.request"],
  ['"P.attr.admin" in V.kinde_permissions // P.attr'],
  ["R.attr.request.principal == 'request.principal.attr'"],
  ["V.PROJECT == R.attr.principal"],
])("what reads no principal is left alone: %s", (expression) => {
  expect(principalReads(condition(expression))).toEqual([]);
});
