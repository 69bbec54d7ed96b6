import { AuthzError } from "@kinde-cerbos/core";
import { closestMatch } from "leven";

import { isFields, requireOption } from "./option.ts";

/** The names of some options. The compiler wants every name that the type has, and no other. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/** How many letters a name may differ by to be what was meant. */
const MAX_DISTANCE = 3;

/**
 * Refuses options by names that are none: one that is misspelled would be left out, and the default is not what was
 * wanted.
 *
 * @param at what takes them, as its user knows it
 * @throws AuthzError `invalid_option` with the nearest name
 */
export function requireKnownOptions(options: unknown, names: object, at: string): void {
  requireOption(isFields(options), `${at} takes an object of options`);
  const known = Object.keys(names);
  const wrong = Object.keys(options).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const meant = closestMatch(wrong, known, { maxDistance: MAX_DISTANCE });
  const remedy = meant === undefined ? `It takes ${known.join(", ")}.` : `Did you mean "${meant}"?`;
  throw new AuthzError("invalid_option", `${at} has no option "${wrong}". ${remedy}`);
}
