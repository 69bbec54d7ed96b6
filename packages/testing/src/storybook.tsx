/**
 * For Storybook: a decorator that gives each story a user and rights, by its parameter `permissions`.
 *
 * @packageDocumentation
 */
import { type ComponentType, type ReactElement } from "react";
import { PermissionsTestProvider, type PermissionsTestProviderProps } from "./render/permissions-test-provider.tsx";

/** The parameter `permissions` of a story: what PermissionsTestProvider has. */
export type PermissionsParameter = Omit<PermissionsTestProviderProps, "children">;

/** What a decorator gets of Storybook. */
interface StoryContext {
  readonly parameters: { readonly [name: string]: unknown };
}

/**
 * Renders a story inside of PermissionsTestProvider, with its parameter `permissions`. Without one, a user is signed in
 * and nothing is allowed.
 */
export function withPermissions(Story: ComponentType, { parameters }: StoryContext): ReactElement {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the docs say what the parameter must be
  const permissions = (parameters["permissions"] ?? {}) as PermissionsParameter;
  return (
    <PermissionsTestProvider {...permissions}>
      <Story />
    </PermissionsTestProvider>
  );
}
