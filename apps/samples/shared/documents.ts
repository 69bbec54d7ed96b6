import { type Decision } from "@kinde-cerbos/core";

/** A document of the sample, and what its policies see of it. */
export interface Document {
  title: string;
  readonly ownerId: string;
  readonly orgCode: string;
}

/** In the place of a database. */
export const documents = new Map<string, Document>([
  ["roadmap", { title: "Roadmap", ownerId: "kp_ann", orgCode: "org_north" }],
  ["budget", { title: "Budget", ownerId: "kp_ben", orgCode: "org_north" }],
  ["payroll", { title: "Payroll", ownerId: "kp_cleo", orgCode: "org_south" }],
]);

/** The Cerbos resource of a document. The server and the page use the same one: its attributes are part of the key. */
export const resourceOf = (id: string, { ownerId, orgCode }: Document) =>
  ({ kind: "document", id, attr: { ownerId, orgCode } }) as const;

/** For the list of documents: whether the user may view each one. */
export const viewChecks = () =>
  [...documents].map(([id, document]) => ({ action: "view", resource: resourceOf(id, document) }));

/** The documents whose decisions allow it. */
export const listed = (decisions: readonly Decision[]) =>
  decisions
    .filter(({ allowed }) => allowed)
    .map(({ resource: { id } }) => ({ id, title: documents.get(id)?.title ?? id }));

/** A text field of a form; empty if it has none. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
