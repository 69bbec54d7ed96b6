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
 * Requirements on Kinde's own claims, besides the PDP's decision. The user must meet all of them, and
 * all of a list. An empty list is never met. The claims are not verified here: a gate is a hint for the screen.
 */
export interface KindeGate {
  /**
   * Key of a role that the user must have in the organization, or several. Kinde's tokens have roles only if the
   * application asks for them.
   */
  readonly role?: KindeRole | readonly KindeRole[];
  /** Key of a permission that the user must have in the organization, or several. */
  readonly permission?: KindePermission | readonly KindePermission[];
  /** A feature flag that must have this value, or several. A flag that only exists does not pass. */
  readonly flag?: KindeFlag | readonly KindeFlag[];
  /**
   * Key of an entitlement, or several: of `attr.entitlements` of the principal, which `principal.enrich`
   * puts there as a list of keys, or as an object of limits by key. One that is `false` does not pass.
   */
  readonly entitlement?: string | readonly string[];
}

/** Which part of a gate is closed. */
export type GateReason = keyof KindeGate;

/**
 * Why a check is denied and the PDP was not asked: `signed_out` if nobody is signed in, else the part of the gate that
 * is closed. Later versions may have more reasons, so give a `switch` a default.
 */
export type ClosedReason = "signed_out" | GateReason;

/** Why the PDP is not to be asked; `null` if it is. Of a gate, the first part that the session does not pass. */
export function closedBy(authorizer: Authorizer, gate: KindeGate): ClosedReason | null {
  if (authorizer instanceof SignedOut) return "signed_out";
  // What is there but undefined is a value that has not been loaded, and passes nobody.
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
