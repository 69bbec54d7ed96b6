import { type SQLOutputValue } from "node:sqlite";
import { type DocumentState, type StoredDocument } from "../data/document.ts";

/** Returns the document of a table row. The columns have the names of its properties. */
export function documentOf(row: { readonly [column: string]: SQLOutputValue }): StoredDocument {
  return {
    id: String(row["id"]),
    title: String(row["title"]),
    orgCode: String(row["orgCode"]),
    ownerId: String(row["ownerId"]),
    department: String(row["department"]),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table allows no other value
    state: String(row["state"]) as DocumentState,
    updatedAt: String(row["updatedAt"]),
    sharedAt: row["sharedAt"] === null ? null : String(row["sharedAt"]),
    version: Number(row["version"]),
  };
}
