import { type Session } from "@kinde-cerbos/core";

/**
 * What Kinde itself must say, beside the PDP: all that is named here must hold.
 * It is read from the token's claims, and like them it is a hint for the screen.
 */
export interface KindeGate {
  /** Key of a permission that the user must have in the organization. */
  readonly permission?: string;
  /** A feature flag that must have this value. One that is only there does not pass. */
  readonly flag?: { readonly key: string; readonly value: string | number | boolean };
  /**
   * Key of an entitlement: one of `attr.entitlements` of the principal, which `principal.enrich`
   * puts there as a list of keys, or as an object of limits by key. One that is `false` does not pass.
   */
  readonly entitlement?: string;
}

/** Which part of a gate is closed. */
export type GateReason = keyof KindeGate;

/** The first part of a gate that a session does not pass; `null` where it passes all. */
export function closedBy({ claims, principal }: Session, gate: KindeGate): GateReason | null {
  // What is there but undefined is a value that has not been loaded, and passes nobody.
  const { permission, flag, entitlement } = gate;
  if (Object.hasOwn(gate, "permission") && !isOneOf(claims?.permissions, permission)) return "permission";
  if (Object.hasOwn(gate, "flag") && !hasFlag(claims?.feature_flags, flag)) return "flag";
  if (Object.hasOwn(gate, "entitlement") && !isOneOf(principal.attr["entitlements"], entitlement)) return "entitlement";
  return null;
}

/** Whether a list has a value, or an object a key with something else than `false`. */
function isOneOf(values: unknown, key: string | undefined): boolean {
  if (key === undefined || typeof values !== "object" || values === null) return false;
  if (Array.isArray(values)) return values.includes(key);
  return Object.entries(values).some(([name, value]) => name === key && value !== false);
}

function hasFlag(flags: NonNullable<Session["claims"]>["feature_flags"], flag: KindeGate["flag"]): boolean {
  return !!flags && !!flag && Object.hasOwn(flags, flag.key) && flags[flag.key]?.v === flag.value;
}
