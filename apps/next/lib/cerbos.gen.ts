// Made by `kinde-cerbos typegen`. Do not edit it: change the policies and run the command again.
/* eslint-disable */
/* oxlint-disable */

declare module "@kinde-cerbos/core" {
  interface Register {
    readonly policies: CerbosPolicies;
    readonly kinde: KindeNames;
  }
}

/** The names in the Cerbos policies. */
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
  /** The scopes of each kind; empty for policies without a scope. */
  readonly scopes: {
    readonly document: "";
  };
  /** The source of each output, by kind. */
  readonly outputs: {
    readonly document: never;
  };
  readonly derivedRoles: "kinde_authenticated" | "kinde_org_admin" | "kinde_org_member" | "kinde_resource_owner" | "kinde_scope_member";
}

/** The names that Kinde's tokens may contain. */
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

/** The actions of each kind, for warnings in development. */
export const cerbosNames = {
  document: ["delete", "edit", "view"],
} as const;
