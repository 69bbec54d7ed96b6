/**
 * The provider, the hooks and `<Can>`, with the token from Kinde's React SDK or from your own source.
 *
 * @packageDocumentation
 */
export * from "./source.ts";
// The one that takes Kinde's React SDK if it gets no source, in place of the one above.
export { PermissionsProvider, type PermissionsProviderProps } from "./session/permissions-provider.tsx";
