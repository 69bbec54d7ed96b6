/**
 * For the browser: the provider, and all hooks and components of `@kinde-cerbos/react`.
 *
 * @packageDocumentation
 */
export * from "@kinde-cerbos/react/source";
export { PermissionsProvider, type PermissionsProviderProps } from "./client/permissions-provider.tsx";
export { type PageSession } from "./page-session.ts";
