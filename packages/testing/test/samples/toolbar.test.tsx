import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toolbar } from "./toolbar";

const toolbar = <Toolbar id="1" ownerId="kp_ann" />;

test("who owns a document may edit it", () => {
  renderWithPermissions(toolbar, { user: { id: "kp_ann" }, can: { document: ["edit"] } });
  expect(screen.getByText("Edit")).toHaveProperty("disabled", false);
  expect(screen.queryByText("Delete")).toBeNull();
});

test("both are asked for, of this document", () => {
  renderWithPermissions(toolbar, { can: { document: true } });
  expect(recordedChecks()).toHaveChecked({ kind: "document", id: "1", action: "edit" });
  expect(recordedChecks()).toHaveCheckedTimes({ action: "delete" }, 1);
});

test("while there is no answer, nothing can be pressed", () => {
  renderWithPermissions(toolbar, { can: { document: { edit: "pending", delete: "pending" } } });
  expect(screen.getByText("…")).toHaveProperty("disabled", true);
});

test("if the PDP is down, the page says so", async () => {
  renderWithPermissions(toolbar, { can: () => new Error("down") });
  expect(await screen.findByText("Try again later")).toBeDefined();
});

test("a right that is taken away shows at once", () => {
  const { setPermissions } = renderWithPermissions(toolbar, { can: { document: true } });
  expect(screen.getByText("Delete")).toBeDefined();
  setPermissions({ can: { document: false } });
  expect(screen.queryByText("Delete")).toBeNull();
});
