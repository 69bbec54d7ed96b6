import { type ActionOf } from "@kinde-cerbos/core";

/** The actions on a document: one column each on the page, and one action each in the policies. */
export const ACTIONS = [
  "view",
  "edit",
  "share",
  "publish",
  "delete",
] as const satisfies readonly ActionOf<"document">[];
/** One of {@link ACTIONS}. */
export type DocumentAction = (typeof ACTIONS)[number];

/** The states of a document. */
export const STATES = ["draft", "in_review", "published", "archived"] as const;
/** One of {@link STATES}. */
export type DocumentState = (typeof STATES)[number];

/** A document as the demo's database begins with it. */
export interface DocumentRecord {
  readonly id: string;
  readonly title: string;
  /** Kinde organization code, as in the token's `org_code`. */
  readonly orgCode: string;
  /** Kinde user id, as in the token's `sub`. */
  readonly ownerId: string;
  /** As in the user property `department`. */
  readonly department: string;
  readonly state: DocumentState;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** A document as the database has it now, and as the API gives it. */
export interface StoredDocument extends DocumentRecord {
  /** When it was shared outside of the organization, as ISO 8601, UTC; `null` if it was not. */
  readonly sharedAt: string | null;
  /** One more at each change: what was decided about one version holds for no other. */
  readonly version: number;
}

/** A document in the form that Cerbos is asked about. */
export interface DocumentResource {
  readonly kind: "document";
  readonly id: string;
  /** Exactly what `policies/_schemas/document.json` accepts. */
  readonly attr: Pick<DocumentRecord, "orgCode" | "ownerId" | "department" | "state" | "title">;
}

/** The question's subject: what the policies may know of a document. */
export function documentResource(document: DocumentRecord): DocumentResource {
  const { id, orgCode, ownerId, department, state, title } = document;
  return { kind: "document", id, attr: { orgCode, ownerId, department, state, title } };
}
