import { useCan } from "@kinde-cerbos/react/source";
import { clearRecordedChecks, permissionMatchers, recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { render } from "@testing-library/react";
import { expect as jestExpect } from "expect";
import { type ReactNode, useEffect } from "react";
import { describe, expect, it, vi } from "vitest";
import { checkFrom } from "../src/answer/check-request.ts";
import { record } from "../src/answer/recorded-checks.ts";
import { endTest } from "../src/end-test.ts";

function Row({ id }: { id: string }): ReactNode {
  return useCan({ action: "view", resource: { kind: "document", id, attr: { owner: "ann" } } }).status;
}

function FailsAtTheEnd(): ReactNode {
  useEffect(
    () => () => {
      throw new Error("at the end");
    },
    [],
  );
  return <Row id="1" />;
}

/** Makes a check when it is unmounted. */
function ChecksAtTheEnd(): ReactNode {
  const principal = { id: "ann", roles: [], attr: {} };
  useEffect(() => () => record(checkFrom({ kind: "document", id: "1" }, "view", principal), true));
  return null;
}

/** Passes a value of the wrong type, as a caller without types can. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this is about what types forbid
const untyped = (value: unknown): never => value as never;

/** Returns the message of a failed expectation. */
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
    // Created for each expectation, because `not` changes the object it belongs to.
    const checks = () => expectOn(recordedChecks());
    checks().toHaveChecked({ action: "view", kind: "document", id: "1" });
    checks().toHaveChecked({ answer: "denied", userId: "ann" });
    checks().not.toHaveChecked({ action: "edit" });
    checks().toHaveCheckedTimes({ action: "view" }, 2);
    checks().not.toHaveCheckedTimes({ id: "2" }, 2);
    const list = 'Recorded checks:\n  "view" on document "1" by ann: allowed\n  "view" on document "2" by ann: denied';
    expect(messageOf(() => expect(recordedChecks()).toHaveChecked({ action: "edit", kind: "document", id: "1" }))).toBe(
      `Expected a check of "edit" on document "1".\n${list}`,
    );
    expect(messageOf(() => expect(recordedChecks()).not.toHaveChecked({ userId: "ann" }))).toBe(
      `Expected no check of any action on any kind by ann.\n${list}`,
    );
    expect(messageOf(() => expect(recordedChecks()).toHaveCheckedTimes({ id: "1" }, 2))).toBe(
      `Expected exactly 2 checks of any action on any kind "1", but there was 1.\n${list}`,
    );
    expect(
      messageOf(() => expect(recordedChecks()).not.toHaveCheckedTimes({ id: "1", answer: "allowed" }, 1)),
    ).toContain('Expected not exactly 1 check of any action on any kind "1" answered allowed, but there was 1.');
    expect(messageOf(() => expect(recordedChecks()).not.toHaveCheckedTimes({ userId: "ann" }, 2))).toBe(
      `Expected not exactly 2 checks of any action on any kind by ann, but there were 2.\n${list}`,
    );
  });

  it("says so if nothing was checked", () => {
    expect(messageOf(() => expectOn(recordedChecks()).toHaveChecked({ kind: "document" }))).toContain(
      "No checks were recorded. Is the component inside PermissionsTestProvider, and is the user signed in?",
    );
    expect(messageOf(() => expectOn("document").toHaveChecked({ kind: "document" }))).toContain(
      "expect(recordedChecks())",
    );
  });
});

it("a pattern that would match too much is refused", () => {
  expect(() => expect(recordedChecks()).toHaveChecked(untyped({ id: undefined }))).toThrow('"id" is undefined');
  expect(() => expect(recordedChecks()).not.toHaveChecked(untyped({ actoin: "view" }))).toThrow('no field "actoin"');
  expect(() => expect(recordedChecks()).toHaveChecked(untyped(undefined))).toThrow("The pattern is missing");
  expect(() => expect(recordedChecks()).toHaveCheckedTimes({ action: "view" }, untyped(undefined))).toThrow(
    "The number of checks is missing",
  );
  expect(() => expect(["view"]).toHaveChecked({ action: "view" })).toThrow("expect(recordedChecks())");
});

it("a pattern may use asymmetric matchers", () => {
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

it("checks are cleared after each test, or by clearRecordedChecks", () => {
  expect(recordedChecks()).toEqual([]);
  renderWithPermissions(<Row id="1" />, { can: { document: true } });
  clearRecordedChecks();
  expect(recordedChecks()).toEqual([]);
});

it("the page is unmounted after each test, and its checks are cleared after that", () => {
  // The tests above rendered something too.
  expect(document.body.innerHTML).toBe("");
  const { container } = render(<ChecksAtTheEnd />);
  expect(container.isConnected).toBe(true);
  endTest();
  expect(container.isConnected).toBe(false);
  expect(recordedChecks()).toEqual([]);
});

it("checks are cleared if unmounting the page fails", () => {
  vi.spyOn(console, "error").mockReturnValue();
  renderWithPermissions(<FailsAtTheEnd />, { can: { document: true } });
  expect(recordedChecks()).toHaveLength(1);
  expect(endTest).toThrow("at the end");
  expect(recordedChecks()).toEqual([]);
});

describe("@kinde-cerbos/testing/jest", () => {
  it("adds the matchers to Jest's expect, and removes the page after each test", async () => {
    const jest = { expect: { extend: vi.fn<() => void>() }, afterEach: vi.fn<(task: () => void) => void>() };
    Object.assign(globalThis, jest);
    vi.resetModules();
    await import("../src/jest.ts");
    expect(jest.expect.extend).toHaveBeenCalledTimes(1);
    expect(jest.afterEach).toHaveBeenCalledTimes(1);
    const { container } = render(<p>page</p>);
    jest.afterEach.mock.calls.forEach(([task]) => task());
    expect(container.isConnected).toBe(false);
  });

  it("says where to add it if Jest's globals are missing", async () => {
    Object.assign(globalThis, { expect: undefined, afterEach: undefined });
    vi.resetModules();
    await expect(import("../src/jest.ts")).rejects.toThrow("setupFilesAfterEnv");
  });
});
