// Imported from the entry without Kinde's SDK, because not every app has the SDK. The other entry's provider renders
// this one.
import { Can, PermissionsProvider, ResourceProvider } from "@kinde-cerbos/react/source";
import { componentOf, fieldOf } from "./fiber.ts";

/** The largest number of surrounding components in a name. */
const MAX_AROUND = 2;

/** Returns the name of a component; `null` if it has none, or is not a component. */
export function nameOf(type: unknown): string | null {
  const component = typeof type === "function" ? type : componentOf(type);
  if (component === null) return null;
  const name = fieldOf(type, "displayName") ?? fieldOf(component, "displayName") ?? component.name;
  return typeof name === "string" && name !== "" ? name : null;
}

/**
 * Returns the names of the components around another one, including this one. Components of this SDK are left out,
 * because they say nothing about the app.
 */
export function namesAround(names: readonly string[], type: unknown): readonly string[] {
  // Components outside the provider are around all of its components.
  if (type === PermissionsProvider) return [];
  const name = type === Can || type === ResourceProvider ? null : nameOf(type);
  return name === null ? names : [...names, name].slice(-MAX_AROUND);
}
