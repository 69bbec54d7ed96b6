import { Can, ResourceProvider } from "@kinde-cerbos/react";
import { recordedChecks, renderWithPermissions } from "@kinde-cerbos/testing";
import { describe, expect, it } from "vitest";
import { document1 } from "../support.tsx";
import { ALLOWED, can, DENIED, shown } from "./can-cases.tsx";

describe("a gate", () => {
  const pro = (
    <Can
      action="edit"
      resource={document1}
      entitlement="pro"
      fallback={({ reason }) => (reason === "entitlement" ? "Upgrade to Pro" : "Ask an admin")}
    >
      children
    </Can>
  );

  it("that is closed tells its fallback why, and asks nothing", () => {
    renderWithPermissions(pro, ALLOWED);
    expect(shown()).toBe("Upgrade to Pro");
    expect(recordedChecks()).toEqual([]);
  });

  it("that is open leaves it to the PDP", () => {
    const user = { attr: { entitlements: { pro: 1 } } };
    const { setPermissions } = renderWithPermissions(pro, { user, ...ALLOWED });
    expect(shown()).toBe("children");
    setPermissions(DENIED);
    expect(shown()).toBe("Ask an admin");
  });

  it.each([
    ["permission", { permission: "write:docs" }],
    ["flag", { flag: { key: "editor", value: true } }],
  ])("of a %s", (reason, gate) => {
    renderWithPermissions(can({ ...gate, fallback: (result) => result.reason }), ALLOWED);
    expect(shown()).toBe(reason);
  });

  it("compares a flag's value, and not that it is there", () => {
    const { setPermissions } = renderWithPermissions(can({ flag: { key: "editor", value: true } }), {
      user: { flags: { editor: "false" } },
      ...ALLOWED,
    });
    expect(shown()).toBe("fallback");
    setPermissions({ user: { flags: { editor: true } } });
    expect(shown()).toBe("children");
  });

  it("that is not loaded is closed", () => {
    // @ts-expect-error -- a permission that is not loaded
    renderWithPermissions(can({ permission: undefined }), ALLOWED);
    expect(shown()).toBe("fallback");
    expect(recordedChecks()).toEqual([]);
  });
});

describe("the resource of a ResourceProvider", () => {
  it("is not that of one whose own is not loaded", () => {
    renderWithPermissions(
      // @ts-expect-error -- a resource that is not loaded
      <ResourceProvider resource={document1}>{can({ resource: undefined })}</ResourceProvider>,
      ALLOWED,
    );
    expect(shown()).toBe("error");
    expect(recordedChecks()).toEqual([]);
  });
});
