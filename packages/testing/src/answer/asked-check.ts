import { type ActionOf, type AttributesOf, type Kind, type PdpEntry, type Principal } from "@kinde-cerbos/core";

/** A check that a rule of a test answers. */
export type AskedCheck<K extends Kind = Kind> = {
  readonly [Name in K]: {
    readonly kind: Name;
    readonly id: string;
    readonly action: ActionOf<Name>;
    /** The resource's attributes; empty if the check has none. */
    readonly attr: AttributesOf<Name>;
    readonly scope: string;
    readonly policyVersion: string;
    /** The principal of the check. If the user is signed out, its id is `anonymous`. */
    readonly principal: Principal;
  };
}[K];

/** A check, from a request to the PDP. */
export function askedCheck(
  { kind, id, attr = {}, scope = "", policyVersion = "" }: Sent<PdpEntry["resource"]>,
  action: string,
  principal: Sent<Principal>,
): AskedCheck {
  return { kind, id, action, attr, scope, policyVersion, principal: { ...principal, attr: principal.attr ?? {} } };
}

/** Clients leave attributes out if there are none. */
export type Sent<Part extends { readonly attr: unknown }> = Omit<Part, "attr"> & { readonly attr?: Part["attr"] };
