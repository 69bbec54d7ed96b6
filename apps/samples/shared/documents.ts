import { type Decision } from "@kinde-cerbos/core";

/** A document of the sample, with the attributes that its policies read. */
export interface Document {
  title: string;
  readonly ownerId: string;
  readonly orgCode: string;
}

/** Replaces a database. */
export const documents = new Map<string, Document>([
  ["roadmap", { title: "Roadmap", ownerId: "kp_ann", orgCode: "org_north" }],
  ["budget", { title: "Budget", ownerId: "kp_ben", orgCode: "org_north" }],
  ["payroll", { title: "Payroll", ownerId: "kp_cleo", orgCode: "org_south" }],
]);

/**
 * Returns the Cerbos resource of a document. Server and page must use the same one, because its attributes are part of
 * the cache key.
 */
export const resourceOf = (id: string, { ownerId, orgCode }: Document) =>
  ({ kind: "document", id, attr: { ownerId, orgCode } }) as const;

/** Checks for the list of documents: whether the user may view each one. */
export const viewChecks = () =>
  [...documents].map(([id, document]) => ({ action: "view", resource: resourceOf(id, document) }));

/** Returns the documents with an allowed decision. */
export const listed = (decisions: readonly Decision[]) =>
  decisions
    .filter(({ allowed }) => allowed)
    .map(({ resource: { id } }) => ({ id, title: documents.get(id)?.title ?? id }));

/** Returns a text field of a form; an empty string if it is missing. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
