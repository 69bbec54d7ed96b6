import { requireOption } from "@kinde-cerbos/core/internal";

/**
 * Requires a path on the app's own origin, which receives cookies. `//host` is another origin, also with white space in
 * it.
 *
 * @throws AuthzError `invalid_option` if it is not such a path
 */
export function requireOwnPath(path: unknown, name: string, example: string): void {
  requireOption(
    typeof path === "string" && /^\/[^/\\?#\s]([^?#\\\s]*[^/?#\\\s])?$/.test(path),
    `${name} must be a path of your app that begins with one slash and does not end with one, such as "${example}"`,
  );
}
