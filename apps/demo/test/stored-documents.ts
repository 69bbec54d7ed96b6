import { type Plan } from "@kinde-cerbos/core";
import { type StoredDocument } from "../data/document.ts";
import { type DocumentStore } from "../server/document-store.ts";

/** A plan that allows everything: only tests look at the database without asking a PDP. */
export const EVERYTHING: Plan = {
  kind: "ALWAYS_ALLOWED",
  actions: ["view"],
  resourceKind: "document",
  attr: {},
  validationErrors: [],
  callId: "",
};

/** An organization's documents as the database has them, in the order of their ids. */
export async function storedDocuments(store: DocumentStore, orgCode: string): Promise<readonly StoredDocument[]> {
  const { documents } = await store.list(EVERYTHING, { orgCode });
  return documents;
}
