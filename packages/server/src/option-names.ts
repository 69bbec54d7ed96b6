import { AuthzError } from "@kinde-cerbos/core";
import { isFields, requireOption } from "@kinde-cerbos/core/internal";
import { closestMatch } from "leven";

/** The names of some options. The compiler requires exactly the names that the type has. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/** How many letters a name may differ from a suggestion. */
const MAX_DISTANCE = 3;

/**
 * Refuses unknown option names: a misspelled one would be ignored, and its default used without a word.
 *
 * @param at the function or option that takes them, by its public name
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
