import { type ActionOf, type AttributesOf, type Kind, type PdpEntry, type Principal } from "@kinde-cerbos/core";

/** A check that a rule of a test answers. */
export type CheckRequest<K extends Kind = Kind> = {
  readonly [Name in K]: {
    readonly kind: Name;
    readonly id: string;
    readonly action: ActionOf<Name>;
    /** The resource's attributes; empty if the check has none. */
    readonly attr: AttributesOf<Name>;
    /** The resource's scope; empty if the check has none. */
    readonly scope: string;
    /** Version of the policy; empty if the check has none. */
    readonly policyVersion: string;
    /** The principal of the check. If the user is signed out, its id is `anonymous`. */
    readonly principal: Principal;
  };
}[K];

/** Returns the check in a request to the PDP, with defaults for the fields that a client leaves out. */
export function checkFrom(
  { kind, id, attr = {}, scope = "", policyVersion = "" }: Sent<PdpEntry["resource"]>,
  action: string,
  principal: Sent<Principal>,
): CheckRequest {
  return { kind, id, action, attr, scope, policyVersion, principal: { ...principal, attr: principal.attr ?? {} } };
}

/** Part of a request, as clients send it: they leave out empty attributes. */
export type Sent<Part extends { readonly attr: unknown }> = Omit<Part, "attr"> & { readonly attr?: Part["attr"] };
