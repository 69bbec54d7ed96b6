import { render, type RenderOptions, type RenderResult } from "@testing-library/react";
import { Fragment, type ReactNode } from "react";
import { type PermissionsTestProviderProps, ProviderIn, type TestPermissions } from "./permissions-test-provider.tsx";
import { TestWorld } from "./test-world.ts";

/** What {@link renderWithPermissions} returns: as `render` of Testing Library, and a way to change the rights. */
export type RenderWithPermissionsResult = RenderResult & {
  /** Renders again with another user or other rights. What is left out stays. */
  readonly setPermissions: (next: TestPermissions) => void;
};

/**
 * As `render` of Testing Library, inside of a {@link PermissionsTestProvider}.
 *
 * @param permissions who is signed in, and what is allowed
 * @param options those of `render`. A `wrapper` is around the provider
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
