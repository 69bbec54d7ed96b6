/** A document as a Cerbos resource. */
export interface Document {
  readonly kind: "document";
  readonly id: string;
  readonly attr: {
    readonly orgCode: string;
    readonly ownerId: string;
    readonly department: string;
    readonly state: string;
    readonly title: string;
  };
}

const attr = { orgCode: "org_aurora", ownerId: "kp_jonas", department: "finance", state: "published", title: "Budget" };

/** What stands for a database in the examples: what is asked about comes from here, and not from the request. */
export const documents: Map<string, Document> = new Map(
  ["1", "2", "3"].map((id) => [id, { kind: "document", id, attr }]),
);
