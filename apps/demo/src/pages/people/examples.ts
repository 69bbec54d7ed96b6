import { type DocumentResource, type DocumentState, documentResource } from "../../../data/document.ts";
import { type Subject } from "./subject.ts";

/** A document that shows what a person may do. */
export interface Example {
  readonly title: string;
  readonly resource: DocumentResource;
}

type Kind = readonly [title: string, state: DocumentState, department: string, isOwn: boolean];

/** One of each that the policies treat differently. */
const KINDS: readonly Kind[] = [
  ["Their own draft", "draft", "product", true],
  ["Somebody else's draft", "draft", "product", false],
  ["Their own, in review", "in_review", "product", true],
  ["In review, Finance", "in_review", "finance", false],
  ["In review, Legal", "in_review", "legal", false],
  ["In review, Product", "in_review", "product", false],
  ["Their own, published", "published", "product", true],
  ["Somebody else's, published", "published", "product", false],
  ["Archived", "archived", "product", false],
];

/** Documents of the person's organization that are in no database: Cerbos decides by what it is told of them. */
export function examplesFor({ person, organization }: Subject): readonly Example[] {
  return KINDS.map(([title, state, department, isOwn], at) => ({
    title,
    resource: documentResource({
      id: `example-${at}`,
      title,
      orgCode: organization.code,
      ownerId: isOwn ? person.id : "a_colleague",
      department,
      state,
      updatedAt: "",
    }),
  }));
}
