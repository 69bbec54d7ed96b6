import { requireOption } from "@kinde-cerbos/core/internal";

/**
 * Requires a path of the app's own origin, which may have cookies: `//host` would be another one, also with white space in it.
 *
 * @throws AuthzError `invalid_option`
 */
export function requireOwnPath(path: unknown, name: string, example: string): void {
  requireOption(
    typeof path === "string" && /^\/[^/\\?#\s]([^?#\\\s]*[^/?#\\\s])?$/.test(path),
    `${name} must be a path of your app that begins with one slash and does not end with one, such as "${example}"`,
  );
}
