import { useCan } from "@kinde-cerbos/react/source";
import { type PermissionsParameter, withPermissions } from "@kinde-cerbos/testing/storybook";
import { render } from "@testing-library/react";
import { type ReactNode } from "react";
import { expect, it, vi } from "vitest";

const Story = (): ReactNode => useCan({ action: "view", resource: { kind: "document", id: "1" } }).status;

/** Returns what a story shows with this parameter. */
function shown(permissions?: PermissionsParameter): string | null {
  return render(withPermissions(Story, { parameters: { permissions } })).container.textContent;
}

it("gives a story the user and the rights of its parameter, at once", () => {
  vi.spyOn(console, "warn").mockReturnValue();
  expect(shown({ can: { document: ["view"] } })).toBe("allowed");
  expect(shown({ can: { document: ["view"] }, user: null })).toBe("denied");
  expect(shown()).toBe("denied");
});
