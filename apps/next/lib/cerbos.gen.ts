// Made by `kinde-cerbos typegen`. Do not edit it: change the policies and run the command again.
/* eslint-disable */
/* oxlint-disable */

declare module "@kinde-cerbos/core" {
  interface Register {
    readonly policies: CerbosPolicies;
    readonly kinde: KindeNames;
  }
}

/** What the Cerbos policies name. */
export interface CerbosPolicies {
  readonly kinds: "document";
  /** The actions of each kind. */
  readonly actions: {
    readonly document: "delete" | "edit" | "view";
  };
  /** The attributes of each kind that has a schema. */
  readonly attributes: CerbosAttributes.ByKind;
  /** The policy versions of each kind. */
  readonly policyVersions: {
    readonly document: "default";
  };
  /** The scopes of each kind; empty for its policies without a scope. */
  readonly scopes: {
    readonly document: "";
  };
  /** Where outputs of each kind come from. */
  readonly outputs: {
    readonly document: never;
  };
  readonly derivedRoles: "kinde_authenticated" | "kinde_org_admin" | "kinde_org_member" | "kinde_resource_owner" | "kinde_scope_member";
}

/** What Kinde's tokens may have. */
export interface KindeNames {
  readonly roles: "admin";
  readonly permissions: string;
  /** The values of each feature flag. */
  readonly flags: {
  };
}

/** From the JSON Schemas of the policies. */
export declare namespace CerbosAttributes {
  export interface ByKind {
    document: Document
  }
  /**
   * What policies may know of a document. One with other attributes is denied.
   */
  export interface Document {
    orgCode: string
    ownerId: string
    state: ("draft" | "published")
  }
}

/** Each kind's actions, for warnings in development. */
export const cerbosNames = {
  document: ["delete", "edit", "view"],
} as const;
