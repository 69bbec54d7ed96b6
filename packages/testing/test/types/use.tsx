/* oxlint-disable vitest/no-standalone-expect, import/no-unassigned-import -- it is compiled, and not run */
import { PermissionsTestProvider, recordedChecks, type TestRules, type TestUser } from "@kinde-cerbos/testing";
import { loadPolicyTests } from "@kinde-cerbos/testing/node";
import "@kinde-cerbos/testing/vitest";
import { expect as expectThat } from "vitest";

export const users: TestUser[] = [
  { roles: ["editor"], permissions: ["export"], flags: { beta: true, theme: "dark" } },
  // @ts-expect-error -- no such role
  { roles: ["admin"] },
  // @ts-expect-error -- no such permission
  { permissions: ["import"] },
  // @ts-expect-error -- no such value
  { flags: { theme: "blue" } },
  // @ts-expect-error -- no such flag
  { flags: { alpha: true } },
];

export const rules: TestRules[] = [
  { document: true, invoice: false },
  { document: ["view"] },
  { document: { edit: ({ attr }) => attr.owner === "ann" } },
  [{ kind: "invoice", action: "pay", answer: "pending" }],
  [{ kind: "document", action: ["view", "edit"], id: "1", answer: ({ attr }) => attr.owner === "ann" }],
  ({ kind, action }) => (kind === "invoice" ? action === "pay" : undefined),
  // @ts-expect-error -- no such kind
  { folder: true },
  // @ts-expect-error -- no such action
  { document: ["pay"] },
  // @ts-expect-error -- no such action
  { document: { pay: true } },
  // @ts-expect-error -- no such attribute
  { document: { edit: ({ attr }) => attr.sum === 1 } },
  // @ts-expect-error -- no such action of this kind
  [{ kind: "invoice", action: "view", answer: true }],
  // @ts-expect-error -- no such answer
  { document: { edit: "allowed" } },
];

export const page = <PermissionsTestProvider can={{ document: ["view"] }}>page</PermissionsTestProvider>;

expectThat(recordedChecks()).toHaveChecked({ kind: "document", action: "view" });
// @ts-expect-error -- no such action of this kind
expectThat(recordedChecks()).toHaveChecked({ kind: "invoice", action: "view" });
// @ts-expect-error -- no such kind
expectThat(recordedChecks()).toHaveCheckedTimes({ kind: "folder" }, 1);

export const cases = loadPolicyTests("policies", { kind: "document" }).map(({ resource, allowed }) => [
  resource.attr?.owner,
  allowed.edit,
  // @ts-expect-error -- no such attribute of this kind
  resource.attr?.sum,
  // @ts-expect-error -- no such action of this kind
  allowed.pay,
]);
// @ts-expect-error -- no such kind
loadPolicyTests("policies", { kind: "folder" });
