import { renderWithPermissions } from "@kinde-cerbos/testing";
import { loadPolicyTests, runPolicyTests } from "@kinde-cerbos/testing/node";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toolbar } from "./toolbar";

const folder = "test/samples/policies";

test("the policies pass their tests", () => {
  expect(() => runPolicyTests(folder)).not.toThrow();
});

test.each(loadPolicyTests(folder, { kind: "document" }))("$name", ({ user, can, resource, allowed }) => {
  const ownerId = resource.attr?.["ownerId"] === "kp_ann" ? "kp_ann" : "kp_ben";
  renderWithPermissions(<Toolbar id={resource.id} ownerId={ownerId} />, { user, can });
  expect(screen.getByText("Edit")).toHaveProperty("disabled", !allowed["edit"]);
  expect(screen.queryByText("Delete") !== null).toBe(allowed["delete"]);
});
