import { render, type RenderOptions, type RenderResult } from "@testing-library/react";
import { Fragment, type ReactNode } from "react";
import { type PermissionsTestProviderProps, ProviderIn, type TestPermissions } from "./permissions-test-provider.tsx";
import { TestWorld } from "./test-world.ts";

/** The result of {@link renderWithPermissions}: that of Testing Library's `render`, and `setPermissions`. */
export type RenderWithPermissionsResult = RenderResult & {
  /** Renders again with another user or other rights. A field that you leave out stays as it is. */
  readonly setPermissions: (next: TestPermissions) => void;
};

/**
 * Renders a component with Testing Library, inside a {@link PermissionsTestProvider}.
 *
 * @param permissions the props of the provider, such as `user` and `can`
 * @param options those of Testing Library's `render`. A `wrapper` is rendered around the provider
 * @throws AuthzError `invalid_option` if one of `permissions` has the wrong type
 */
export function renderWithPermissions(
  ui: ReactNode,
  permissions: Omit<PermissionsTestProviderProps, "children"> = {},
  { wrapper: Outer = Fragment, ...options }: RenderOptions = {},
): RenderWithPermissionsResult {
  const world = new TestWorld();
  let current = permissions;
  let shown = ui;
  const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
    <Outer>
      <ProviderIn world={world} {...current}>
        {children}
      </ProviderIn>
    </Outer>
  );
  const result = render(ui, { ...options, wrapper });
  return {
    ...result,
    rerender(next) {
      shown = next;
      result.rerender(next);
    },
    setPermissions(next) {
      current = { ...current, ...next };
      result.rerender(shown);
    },
  };
}
