import { type JSXElementConstructor, Fragment, type ReactNode } from "react";
import { type PermissionsTestProviderProps, ProviderIn, type TestPermissions } from "./permissions-test-provider.tsx";
import { TestWorld } from "./test-world.ts";

/** Props of the provider, as the functions that render take them. */
export type RenderPermissions = Omit<PermissionsTestProviderProps, "children">;

type Wrapper = JSXElementConstructor<{ readonly children: ReactNode }>;

/** A wrapper for Testing Library with a provider in it. `change` takes effect when it renders again. */
export function permissionsWrapper(
  permissions: RenderPermissions,
  Outer: Wrapper = Fragment,
): { readonly wrapper: Wrapper; readonly change: (next: TestPermissions) => void } {
  const world = new TestWorld();
  let current = permissions;
  return {
    wrapper: ({ children }) => (
      <Outer>
        <ProviderIn world={world} {...current}>
          {children}
        </ProviderIn>
      </Outer>
    ),
    change(next) {
      current = { ...current, ...next };
    },
  };
}
