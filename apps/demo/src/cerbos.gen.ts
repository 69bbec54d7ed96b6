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
  readonly kinds: "document" | "kinde_doctor" | "library";
  /** The actions of each kind. */
  readonly actions: {
    readonly document: "delete" | "edit" | "publish" | "share" | "view";
    readonly kinde_doctor: "probe" | "probe_strict";
    readonly library: "export";
  };
  /** The attributes of each kind that has a schema. */
  readonly attributes: CerbosAttributes.ByKind;
  /** The policy versions of each kind. */
  readonly policyVersions: {
    readonly document: "default";
    readonly kinde_doctor: "default";
    readonly library: "default";
  };
  /** The scopes of each kind; empty for policies without a scope. */
  readonly scopes: {
    readonly document: "";
    readonly kinde_doctor: "";
    readonly library: "";
  };
  /** The source of each output, by kind. */
  readonly outputs: {
    readonly document: "resource.document.vdefault#external-sharers-share-what-is-published";
    readonly kinde_doctor: "resource.kinde_doctor.vdefault#token-counts";
    readonly library: "resource.library.vdefault#editors-export-what-the-plan-includes";
  };
  readonly derivedRoles: "document_editor" | "external_sharer" | "kinde_authenticated" | "kinde_org_admin" | "kinde_org_member" | "kinde_resource_owner" | "kinde_scope_member" | "reviewer";
}

/** The names that Kinde's tokens may contain. */
export interface KindeNames {
  readonly roles: "admin" | "editor" | "reviewer";
  readonly permissions: "documents:edit";
  /** The values of each feature flag. */
  readonly flags: {
    readonly external_sharing: boolean;
    readonly review_window_days: number;
  };
}

/** From the JSON Schemas of the policies. */
export declare namespace CerbosAttributes {
  export interface ByKind {
    document: Document
    kinde_doctor: KindeDoctor
    library: Library
  }
  /**
   * What the policies may know of a document. Anything else is refused, with all its actions.
   */
  export interface Document {
    /**
     * Kinde code of the organization that it belongs to
     */
    orgCode: string
    /**
     * Kinde id of the user whose it is
     */
    ownerId: string
    department: string
    state: ("draft" | "in_review" | "published" | "archived")
    title: string
  }
  /**
   * It has no attributes. So an attribute that comes with it shows whether the PDP enforces schemas.
   */
  export interface KindeDoctor {
  }
  /**
   * What the policies may know of an organization's documents as a whole.
   */
  export interface Library {
    /**
     * Kinde code of the organization that it belongs to
     */
    orgCode: string
    /**
     * How many of them there are for the user
     */
    documents: number
  }
}

/** The actions of each kind, for warnings in development. */
export const cerbosNames = {
  document: ["delete", "edit", "publish", "share", "view"],
  kinde_doctor: ["probe", "probe_strict"],
  library: ["export"],
} as const;
