import { useCan } from "@kinde-cerbos/react/source";
import { clearRecordedChecks, permissionMatchers, recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { expect as jestExpect } from "expect";
import { type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";

function Row({ id }: { id: string }): ReactNode {
  return useCan({ action: "view", resource: { kind: "document", id, attr: { owner: "ann" } } }).status;
}

/** For callers without types. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is about what types forbid
const untyped = (value: unknown): never => value as never;

/** What a failed expectation says. */
function messageOf(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}

describe.each([
  ["Vitest", expect],
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has what these tests use
  ["Jest", jestExpect as unknown as typeof expect],
])("on %s", (_, expectOn) => {
  it("toHaveChecked and toHaveCheckedTimes say what was checked", () => {
    expectOn.extend(permissionMatchers);
    renderWithPermissions(
      <>
        <Row id="1" />
        <Row id="2" />
        <Row id="2" />
      </>,
      { can: ({ id }) => id === "1", user: { id: "ann" } },
    );
    expect(recordedChecks()).toEqual(
      ["1", "2"].map((id) => ({
        kind: "document",
        id,
        action: "view",
        attr: { owner: "ann" },
        userId: "ann",
        answer: id === "1" ? "allowed" : "denied",
      })),
    );
    // Another one each time: `not` changes the object that it is of.
    const checks = () => expectOn(recordedChecks());
    checks().toHaveChecked({ action: "view", kind: "document", id: "1" });
    checks().toHaveChecked({ answer: "denied", userId: "ann" });
    checks().not.toHaveChecked({ action: "edit" });
    checks().toHaveCheckedTimes({ action: "view" }, 2);
    checks().not.toHaveCheckedTimes({ id: "2" }, 2);
    const list = 'Checked were:\n  "view" on document "1" by ann: allowed\n  "view" on document "2" by ann: denied';
    expect(messageOf(() => expect(recordedChecks()).toHaveChecked({ action: "edit", kind: "document", id: "1" }))).toBe(
      `Expected a check of "edit" on document "1".\n${list}`,
    );
    expect(messageOf(() => expect(recordedChecks()).not.toHaveChecked({ userId: "ann" }))).toBe(
      `Expected no check of any action on any kind by ann.\n${list}`,
    );
    expect(messageOf(() => expect(recordedChecks()).toHaveCheckedTimes({ id: "1" }, 2))).toBe(
      `Expected 2 of any action on any kind "1", and there were 1.\n${list}`,
    );
    expect(
      messageOf(() => expect(recordedChecks()).not.toHaveCheckedTimes({ id: "1", answer: "allowed" }, 1)),
    ).toContain('Expected another number than 1 of any action on any kind "1" answered allowed');
  });

  it("nothing was checked", () => {
    expect(messageOf(() => expectOn(recordedChecks()).toHaveChecked({ kind: "document" }))).toContain(
      "Nothing was checked. Is the component inside of PermissionsTestProvider, and signed in?",
    );
    expect(messageOf(() => expectOn("document").toHaveChecked({ kind: "document" }))).toContain(
      "expect(recordedChecks())",
    );
  });
});

it("a pattern that would match too much is refused", () => {
  expect(() => expect(recordedChecks()).toHaveChecked(untyped({ id: undefined }))).toThrow('"id" is undefined');
  expect(() => expect(recordedChecks()).not.toHaveChecked(untyped({ actoin: "view" }))).toThrow('no "actoin"');
  expect(() => expect(recordedChecks()).toHaveChecked(untyped(undefined))).toThrow("Say which check");
  expect(() => expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, untyped(undefined))).toThrow(
    "Say how many",
  );
  expect(() => expect(["view"]).toHaveChecked({ action: "view" })).toThrow("expect(recordedChecks())");
});

it("a pattern may have a part of a text", () => {
  renderWithPermissions(<Row id="doc-17" />, { can: { document: true } });
  expect(recordedChecks()).toHaveChecked({ id: expect.stringContaining("17") });
});

it("a long list is cut", () => {
  renderWithPermissions(
    <>
      {Array.from({ length: 60 }, (_, at) => (
        <Row key={String(at)} id={String(at)} />
      ))}
    </>,
    {
      can: { document: true },
    },
  );
  expect(messageOf(() => expect(recordedChecks()).toHaveChecked({ id: "x" }))).toMatch(/"49" .*\n {2}… and 10 more$/);
});

it("checks are forgotten after each test, or when told to", () => {
  expect(recordedChecks()).toEqual([]);
  renderWithPermissions(<Row id="1" />, { can: { document: true } });
  clearRecordedChecks();
  expect(recordedChecks()).toEqual([]);
});

describe("@kinde-cerbos/testing/jest", () => {
  it("adds the matchers to Jest's expect, and forgets checks after each test", async () => {
    const jest = { expect: { extend: vi.fn<() => void>() }, afterEach: vi.fn<() => void>() };
    Object.assign(globalThis, jest);
    vi.resetModules();
    await import("../src/jest.ts");
    expect(jest.expect.extend).toHaveBeenCalledTimes(1);
    expect(jest.afterEach).toHaveBeenCalledTimes(1);
  });

  it("says where to name it if Jest has not begun", async () => {
    Object.assign(globalThis, { expect: undefined, afterEach: undefined });
    vi.resetModules();
    await expect(import("../src/jest.ts")).rejects.toThrow("setupFilesAfterEnv");
  });
});
