import { renderHook, type RenderHookOptions, type RenderHookResult } from "@testing-library/react";
import { permissionsWrapper, type RenderPermissions } from "./permissions-wrapper.tsx";
import { type RenderWithPermissionsResult } from "./render-with-permissions.tsx";

/**
 * The result of {@link renderHookWithPermissions}: the result of Testing Library's `renderHook`, and `setPermissions`.
 */
export type RenderHookWithPermissionsResult<Result, Props> = RenderHookResult<Result, Props> &
  Pick<RenderWithPermissionsResult, "setPermissions">;

/**
 * Calls a hook in a component inside a {@link PermissionsTestProvider}. It may be a hook of this SDK or your own.
 *
 * @param useHook receives `initialProps`, then the props of `rerender`
 * @param permissions the props of the provider, such as `user` and `can`
 * @param options the options of Testing Library's `renderHook`. A `wrapper` is rendered around the provider
 * @throws AuthzError `invalid_option` if one of `permissions` has the wrong type
 */
export function renderHookWithPermissions<Result, Props>(
  useHook: (props: Props) => Result,
  permissions: RenderPermissions = {},
  { wrapper: outer, ...options }: RenderHookOptions<Props> = {},
): RenderHookWithPermissionsResult<Result, Props> {
  const { wrapper, change } = permissionsWrapper(permissions, outer);
  let props = options.initialProps;
  const hook = renderHook(useHook, { ...options, wrapper });
  return {
    ...hook,
    rerender(next) {
      props = next;
      hook.rerender(next);
    },
    setPermissions(next) {
      change(next);
      hook.rerender(props);
    },
  };
}
