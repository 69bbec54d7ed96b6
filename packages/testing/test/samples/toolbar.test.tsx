import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toolbar } from "./toolbar";

const toolbar = <Toolbar id="1" ownerId="kp_ann" />;

test("the owner may edit a document", () => {
  renderWithPermissions(toolbar, { user: { id: "kp_ann" }, can: { document: ["edit"] } });
  expect(screen.getByText("Edit")).toHaveProperty("disabled", false);
  expect(screen.queryByText("Delete")).toBeNull();
});

test("checks both actions on this document", () => {
  renderWithPermissions(toolbar, { can: { document: true } });
  expect(recordedChecks()).toHaveChecked({ kind: "document", id: "1", action: "edit" });
  expect(recordedChecks()).toHaveCheckedTimes({ action: "delete" }, 1);
});

test("the button is disabled while the check is pending", () => {
  renderWithPermissions(toolbar, { can: { document: { edit: "pending", delete: "pending" } } });
  expect(screen.getByText("…")).toHaveProperty("disabled", true);
});

test("the page shows an error if the PDP is down", async () => {
  renderWithPermissions(toolbar, { can: () => new Error("down") });
  expect(await screen.findByText("Try again later")).toBeDefined();
});

test("the page updates when a right is removed", () => {
  const { setPermissions } = renderWithPermissions(toolbar, { can: { document: true } });
  expect(screen.getByText("Delete")).toBeDefined();
  setPermissions({ can: { document: false } });
  expect(screen.queryByText("Delete")).toBeNull();
});
