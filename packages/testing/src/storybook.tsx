/**
 * For Storybook: a decorator that gives each story a user and rights, from its parameter `permissions`.
 *
 * @packageDocumentation
 */
import { type ComponentType, type ReactElement } from "react";
import { PermissionsTestProvider, type PermissionsTestProviderProps } from "./render/permissions-test-provider.tsx";

/** The story parameter `permissions`: the props of PermissionsTestProvider. */
export type PermissionsParameter = Omit<PermissionsTestProviderProps, "children">;

/** The part of Storybook's story context that the decorator uses. */
interface StoryContext {
  /** The story's parameters. */
  readonly parameters: { readonly [name: string]: unknown };
}

/**
 * Renders a story inside PermissionsTestProvider, with the story parameter `permissions` as its props. Without the
 * parameter, a user is signed in and nothing is allowed.
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
