// Of the entry without Kinde's SDK, which not every app has. The other entry's provider renders this one.
import { Can, PermissionsProvider, ResourceProvider } from "@kinde-cerbos/react/source";
import { componentOf, fieldOf } from "./fiber.ts";

/** How many components around one its name has, at most. */
const MAX_AROUND = 2;

/** The name of a component; `null` if it has none, or is no component. */
export function nameOf(type: unknown): string | null {
  const component = typeof type === "function" ? type : componentOf(type);
  if (component === null) return null;
  const name = fieldOf(type, "displayName") ?? fieldOf(component, "displayName") ?? component.name;
  return typeof name === "string" && name !== "" ? name : null;
}

/** The names of the components around another one, with this one. Ours are left out: they say nothing of the app. */
export function namesAround(names: readonly string[], type: unknown): readonly string[] {
  // What is around a provider is around all of its components.
  if (type === PermissionsProvider) return [];
  const name = type === Can || type === ResourceProvider ? null : nameOf(type);
  return name === null ? names : [...names, name].slice(-MAX_AROUND);
}
