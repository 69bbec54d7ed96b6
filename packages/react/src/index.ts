export * from "./source.ts";
// The one that takes Kinde's React SDK if it gets no source, in place of the one above.
export { PermissionsProvider, type PermissionsProviderProps } from "./session/permissions-provider.tsx";
