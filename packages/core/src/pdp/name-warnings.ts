import { requireOption } from "../base/errors.ts";
import { isFields } from "../base/guards.ts";

/** The kinds and actions in your policies: `cerbosNames` of the file that `kinde-cerbos typegen` writes. */
export interface PolicyNames {
  readonly [kind: string]: readonly string[];
}

/** Most letters by which a similar name may differ. */
const MAX_DISTANCE = 3;

/** @throws AuthzError `invalid_option` if it is not an object of names */
export function requireNames(names: PolicyNames | undefined): void {
  requireOption(
    names === undefined || (isFields(names) && Object.values(names).every(Array.isArray)),
    "names must be cerbosNames of the file that kinde-cerbos typegen writes",
  );
}

/** A message about a kind or an action that is not in the policies; `undefined` if both are. */
export function unknownName(names: PolicyNames, kind: string, action: string): string | undefined {
  const actions = Object.hasOwn(names, kind) ? names[kind] : undefined;
  if (!actions) return `no policy knows the kind "${kind}".${suggestion(kind, Object.keys(names))}`;
  if (actions.some((name) => isNamed(name, action))) return undefined;
  return `no policy of kind "${kind}" knows the action "${action}".${suggestion(action, actions)}`;
}

/** Whether an action matches a name, which is compared up to its first wildcard. */
function isNamed(name: string, action: string): boolean {
  const wildcard = name.search(/[*?[{]/);
  return wildcard < 0 ? name === action : action.startsWith(name.slice(0, wildcard));
}

function suggestion(name: string, known: readonly string[]): string {
  const [nearest] = known.toSorted((one, other) => distance(name, one) - distance(name, other));
  return nearest !== undefined && distance(name, nearest) <= MAX_DISTANCE ? ` Did you mean "${nearest}"?` : "";
}

/** How many letters to change, add or remove to turn one text into the other (Levenshtein distance). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 0; at < one.length; at++) {
    const next = [at + 1];
    for (let column = 0; column < other.length; column++) {
      const [left = 0, above = 0, diagonal = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, diagonal + (one[at] === other[column] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
