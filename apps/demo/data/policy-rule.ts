/** Where something stands in the policies. */
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

/** A rule of a resource policy. */
export interface PolicyRule extends PolicyPart {
  readonly effect: "allow" | "deny";
  /** Roles of the principal that it is for. */
  readonly roles: readonly string[];
  readonly derivedRoles: readonly PolicyPart[];
}

/** What a resource policy says about one action. */
export interface ActionPolicy extends PolicyPlace {
  /** The rules that name the action, in their order. */
  readonly rules: readonly PolicyRule[];
}
