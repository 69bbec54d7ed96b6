import { render, type RenderOptions, type RenderResult } from "@testing-library/react";
import { type ReactNode } from "react";
import { type TestPermissions } from "./permissions-test-provider.tsx";
import { permissionsWrapper, type RenderPermissions } from "./permissions-wrapper.tsx";

/** The result of {@link renderWithPermissions}: the result of Testing Library's `render`, and `setPermissions`. */
export type RenderWithPermissionsResult = RenderResult & {
  /** Renders again with another user or other rights. A field that you leave out keeps its value. */
  readonly setPermissions: (next: TestPermissions) => void;
};

/**
 * Renders a component with Testing Library, inside a {@link PermissionsTestProvider}.
 *
 * @param permissions the props of the provider, such as `user` and `can`
 * @param options the options of Testing Library's `render`. A `wrapper` is rendered around the provider
 * @throws AuthzError `invalid_option` if one of `permissions` has the wrong type
 */
export function renderWithPermissions(
  ui: ReactNode,
  permissions: RenderPermissions = {},
  { wrapper: outer, ...options }: RenderOptions = {},
): RenderWithPermissionsResult {
  const { wrapper, change } = permissionsWrapper(permissions, outer);
  let shown = ui;
  const result = render(ui, { ...options, wrapper });
  return {
    ...result,
    rerender(next) {
      shown = next;
      result.rerender(next);
    },
    setPermissions(next) {
      change(next);
      result.rerender(shown);
    },
  };
}
