import { Can, useCan } from "@kinde-cerbos/react";
import { recordedChecks, renderHookWithPermissions, renderWithPermissions } from "@kinde-cerbos/testing";
import { screen } from "@testing-library/react";
import { createElement } from "react";

const resource = { kind: "document", id: "1" };
const toolbar = createElement(Can, { action: "edit", resource, error: "Try again later" }, "Edit");

test("shows what the user may do", () => {
  const { setPermissions } = renderWithPermissions(toolbar, { can: { document: ["edit"] } });
  expect(screen.getByText("Edit")).toBeDefined();
  setPermissions({ user: null });
  expect(screen.queryByText("Edit")).toBeNull();
});

test("has the matchers, which list the recorded checks if they fail", () => {
  renderWithPermissions(toolbar, { can: { document: true } });
  expect(recordedChecks()).toHaveChecked({ kind: "document", action: "edit" });
  expect(recordedChecks()).toHaveCheckedTimes({ id: expect.stringMatching(/^\d$/) }, 1);
  expect(recordedChecks()).not.toHaveChecked({ action: "delete" });
  expect(() => expect(recordedChecks()).toHaveChecked({ action: "delete" })).toThrow(
    /Expected a check of "delete" on any kind\.\nRecorded checks:\n {2}"edit" on document "1" by kp_test: allowed/,
  );
});

test("starts with an empty page and no checks", () => {
  expect(document.body.textContent).toBe("");
  expect(recordedChecks()).toEqual([]);
});

test("shows an error", async () => {
  renderWithPermissions(toolbar, { can: () => new Error("down") });
  expect(await screen.findByText("Try again later")).toBeDefined();
});

test("calls a hook", () => {
  const { result } = renderHookWithPermissions(() => useCan({ action: "edit", resource }), { can: { document: true } });
  expect(result.current.allowed).toBe(true);
});
