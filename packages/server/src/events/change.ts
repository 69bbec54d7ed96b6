import { fieldsOf, isFields, isName } from "@kinde-cerbos/core/internal";

/** A change that outdates decisions, as gateways tell each other. */
export type Change =
  | {
      readonly what: "policies";
      /** The kinds whose policies changed. Left out: all. */
      readonly kinds?: readonly string[];
    }
  | {
      readonly what: "rights";
      /** The `sub` of the user whose rights changed. Left out: everybody's. */
      readonly subject?: string;
      /** The code of the organization in which they changed. Left out: all. */
      readonly organization?: string;
      /** When they changed, in ms since the epoch: an earlier token does not know it. */
      readonly at: number;
      /**
       * Whether Kinde's next token of a user would still have the old claims, until `refresh_claims` of its management
       * API clears its cache of claims.
       */
      readonly areClaimsCached?: boolean;
    };

/** A change with its id, which is the `id` of the event in each stream of each gateway. */
export type IdentifiedChange = Change & { readonly id: string };

/** Reads what {@link EventBus} brings; `null` for anything else. */
export function readChange(text: string): IdentifiedChange | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { id, what, kinds, subject, organization, at, areClaimsCached } = fieldsOf(value);
  if (!isFields(value) || !isName(id)) return null;
  if (what === "policies") {
    if (kinds === undefined) return { id, what };
    return Array.isArray(kinds) && kinds.every(isName) ? { id, what, kinds } : null;
  }
  if (what !== "rights" || typeof at !== "number" || !Number.isFinite(at)) return null;
  if (!isOptionalName(subject) || !isOptionalName(organization)) return null;
  return {
    id,
    what,
    at,
    ...(subject !== undefined && { subject }),
    ...(organization !== undefined && { organization }),
    ...(areClaimsCached === true && { areClaimsCached }),
  };
}

function isOptionalName(value: unknown): value is string | undefined {
  return value === undefined || isName(value);
}
