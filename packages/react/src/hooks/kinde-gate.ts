import {
  type Authorizer,
  type KindeFlag,
  type KindePermission,
  type KindeRole,
  type Session,
} from "@kinde-cerbos/core";
import { replaceEqualDeep } from "@tanstack/react-query";
import { SignedOut } from "../session/signed-out.ts";

export { type KindeFlag };

/**
 * What the user must have in Kinde, in addition to the PDP's decision: every part that is named, and every item of a
 * list. An empty list is never met. Claims are not verified in a browser, so a gate is a hint for the screen.
 */
export interface KindeGate {
  /**
   * The key of a role that the user must have in the organization, or several keys. Kinde's tokens have roles only if
   * you enable them.
   */
  readonly role?: KindeRole | readonly KindeRole[];
  /** The key of a permission that the user must have in the organization, or several keys. */
  readonly permission?: KindePermission | readonly KindePermission[];
  /** A feature flag with the value that it must have, or several. A flag with another value does not pass. */
  readonly flag?: KindeFlag | readonly KindeFlag[];
  /**
   * The key of an entitlement, or several keys, of the principal's `attr.entitlements`. `principal.enrich` sets it, as
   * a list of keys or as an object of limits by key. A key passes with any limit, also 0, but not with `false`.
   */
  readonly entitlement?: string | readonly string[];
}

/** The part of a gate that the user does not pass. */
export type GateReason = keyof KindeGate;

/**
 * Why a check is denied without a request: `signed_out` if nobody is signed in, otherwise the part of the gate that the
 * user does not pass. Later versions may have more reasons, so give a `switch` a default.
 */
export type ClosedReason = "signed_out" | GateReason;

/** Why no request is sent; `null` if it is sent. For a gate, the first part that the session does not pass. */
export function closedBy(authorizer: Authorizer, gate: KindeGate): ClosedReason | null {
  if (authorizer instanceof SignedOut) return "signed_out";
  // A part that is present but undefined is a value that is not loaded yet. It denies.
  for (const part of PARTS) if (Object.hasOwn(gate, part) && !PASSES[part](gate, authorizer.session)) return part;
  return null;
}

const PASSES: { readonly [part in GateReason]: (gate: KindeGate, session: Session) => boolean } = {
  role: ({ role }, { claims }) => isEach(role, (key) => claims?.roles?.some((one) => one.key === key)),
  permission: ({ permission }, { claims }) => isEach(permission, (key) => isOneOf(claims?.permissions, key)),
  flag: ({ flag }, { claims }) => isEach(flag, (one) => hasFlag(claims?.feature_flags, one)),
  entitlement: ({ entitlement }, { principal }) =>
    isEach(entitlement, (key) => isOneOf(principal.attr["entitlements"], key)),
};

const PARTS = ["role", "permission", "flag", "entitlement"] as const;

/** Whether a single value passes, or each item of a list; an empty list does not. */
function isEach<Part>(part: Part | readonly Part[] | undefined, passes: (one: Part) => boolean | undefined): boolean {
  const all: readonly (Part | undefined)[] = isList(part) ? part : [part];
  return all.length > 0 && all.every((one) => one !== undefined && one !== null && passes(one) === true);
}

function isList<Part>(part: Part | readonly Part[] | undefined): part is readonly Part[] {
  return Array.isArray(part);
}

/** Whether a list has a value, or an object a key with something else than `false`. */
function isOneOf(values: unknown, key: string): boolean {
  if (typeof values !== "object" || values === null) return false;
  if (Array.isArray(values)) return values.includes(key);
  return Object.entries(values).some(([name, value]) => name === key && value !== false);
}

function hasFlag(flags: NonNullable<Session["claims"]>["feature_flags"], { key, value }: KindeFlag): boolean {
  if (!flags || !Object.hasOwn(flags, key)) return false;
  const actual: unknown = flags[key]?.v;
  return actual !== undefined && replaceEqualDeep(actual, value) === actual;
}
