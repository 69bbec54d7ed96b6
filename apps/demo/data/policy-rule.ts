/** A place in the policies. */
export interface PolicyPlace {
  /** In the folder of the policies: `document.yaml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Something of a policy that has a name and a condition. */
export interface PolicyPart extends PolicyPlace {
  readonly name: string;
  /** The comment above it; empty if there is none. */
  readonly about: string;
  /** The condition in CEL, as the policy has it; empty for none. */
  readonly condition: string;
}

/** A derived role, as it is defined. */
export interface PolicyRole extends PolicyPart {
  /** A user needs one of these roles to have it. `*` is any role. */
  readonly parentRoles: readonly string[];
}

/** A rule of a resource policy, or of a policy for one principal. */
export interface PolicyRule extends PolicyPart {
  /** Its id in Cerbos: its name, or `rule-002` for the second one if it has no name. */
  readonly id: string;
  /** The scope of its policy; empty for none. */
  readonly scope: string;
  readonly effect: "allow" | "deny";
  /** Roles of the principal that it is for. */
  readonly roles: readonly string[];
  readonly derivedRoles: readonly PolicyRole[];
}

/** The part of a policy that is about one action. */
export interface ActionPolicy extends PolicyPlace {
  readonly kind: "resource" | "principal" | "role";
  /** The rules of a resource policy that name the action, in their order, then those of its parent scopes. */
  readonly rules: readonly PolicyRule[];
  /** The roles that have a policy of their own. It limits what the rules allow, and may add roles to a user. */
  readonly rolePolicies: readonly string[];
  /** Whether a scope allows nothing without its parent's consent. A rule that is met is then not enough. */
  readonly needsConsent: boolean;
}
