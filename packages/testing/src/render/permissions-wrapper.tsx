import { type JSXElementConstructor, Fragment, type ReactNode } from "react";
import { type PermissionsTestProviderProps, ProviderIn, type TestPermissions } from "./permissions-test-provider.tsx";
import { ProviderState } from "./provider-state.ts";

/** Props of PermissionsTestProvider, for the functions that render inside it. */
export type RenderPermissions = Omit<PermissionsTestProviderProps, "children">;

type Wrapper = JSXElementConstructor<{ readonly children: ReactNode }>;

/** Returns a wrapper for Testing Library that contains a provider. `change` takes effect at the next render. */
export function permissionsWrapper(
  permissions: RenderPermissions,
  Outer: Wrapper = Fragment,
): { readonly wrapper: Wrapper; readonly change: (next: TestPermissions) => void } {
  const state = new ProviderState();
  let current = permissions;
  return {
    wrapper: ({ children }) => (
      <Outer>
        <ProviderIn state={state} {...current}>
          {children}
        </ProviderIn>
      </Outer>
    ),
    change(next) {
      current = { ...current, ...next };
    },
  };
}
