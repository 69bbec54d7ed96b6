import { Can, PermissionsProvider, ResourceProvider } from "@kinde-cerbos/react";
import { componentOf, fieldOf } from "./fiber.ts";

/** How many components around one its name has, at most. */
const MAX_AROUND = 2;

/** Inside of a provider, up to its first context: these components are its own. */
const IN_PROVIDER: readonly string[] = [];

/** The name of a component; `null` if it has none, or is no component. */
export function nameOf(type: unknown): string | null {
  const component = typeof type === "function" ? type : componentOf(type);
  if (component === null) return null;
  const name = fieldOf(type, "displayName") ?? fieldOf(component, "displayName") ?? component.name;
  return typeof name === "string" && name !== "" ? name : null;
}

/** The names of the components around another one, with this one. Ours are left out: they say nothing of the app. */
export function namesAround(names: readonly string[], type: unknown): readonly string[] {
  if (type === PermissionsProvider) return IN_PROVIDER;
  const name = nameOf(type);
  if (names === IN_PROVIDER) return name === null ? [] : names;
  return name === null || type === Can || type === ResourceProvider ? names : [...names, name].slice(-MAX_AROUND);
}
