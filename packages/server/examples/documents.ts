import { resource, type Resource } from "@kinde-cerbos/core";

const attr = {
  orgCode: "org_aurora",
  ownerId: "kp_jonas",
  department: "finance",
  state: "published",
  title: "Budget",
} as const;

/** What stands for a database in the examples: what is asked about comes from here, and not from the request. */
export const documents: Map<string, Resource<"document">> = new Map(
  ["1", "2", "3"].map((id) => [id, resource("document", id, attr)]),
);
