import { DatabaseSync } from "node:sqlite";
import { type DocumentRecord, type StoredDocument } from "../data/document.ts";
import { documents, libraryOf } from "../data/documents.ts";
import { createDocumentList, type DocumentList } from "./document-list.ts";
import { documentOf } from "./document-row.ts";

/** The fields that an action may change. */
type DocumentChanges = Partial<Pick<StoredDocument, "title" | "state" | "sharedAt">>;

/** The demo's database. */
export interface DocumentStore {
  /** Lists the documents that a plan allows, one page at a time. */
  readonly list: DocumentList;
  find(id: string): StoredDocument | undefined;
  /** Returns the changed document; `undefined` if it no longer has this version, in which case nothing is changed. */
  change(document: StoredDocument, changes: DocumentChanges): StoredDocument | undefined;
  /** Returns whether the document was removed. It is not if it no longer has this version. */
  remove(document: StoredDocument): boolean;
  /** Creates documents for an organization without any. Some of them belong to the user. */
  adopt(orgCode: string, userId: string): void;
  /** Restores the initial documents. */
  reset(): void;
  close(): void;
}

const COLUMNS = `id, title, org_code AS orgCode, owner_id AS ownerId, department, state, updated_at AS updatedAt,
  shared_at AS sharedAt, version`;

/**
 * Opens a database of documents, and fills it if it is empty.
 *
 * @param path a file; `:memory:` for a database that ends with this process
 * @param seed the initial documents. Default: those of the demo
 */
export function openDocuments(path: string, seed: readonly DocumentRecord[] = documents): DocumentStore {
  const database = new DatabaseSync(path);
  // Policies are case-sensitive. SQLite's LIKE is not by default, so a filter would match documents that a check
  // denies.
  database.exec("PRAGMA case_sensitive_like = ON");
  database.exec(`CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, org_code TEXT NOT NULL, owner_id TEXT NOT NULL,
    department TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('draft', 'in_review', 'published', 'archived')),
    updated_at TEXT NOT NULL, shared_at TEXT, version INTEGER NOT NULL
  ) STRICT`);
  const find = database.prepare(`SELECT ${COLUMNS} FROM documents WHERE id = ?`);
  const change = database.prepare(`UPDATE documents
    SET title = ?, state = ?, shared_at = ?, updated_at = ?, version = version + 1
    WHERE id = ? AND version = ? RETURNING ${COLUMNS}`);
  const remove = database.prepare("DELETE FROM documents WHERE id = ? AND version = ?");
  const hasAny = database.prepare("SELECT 1 FROM documents WHERE org_code = ?");
  const insert = database.prepare("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 1)");

  const insertAll = (records: readonly DocumentRecord[]): void => {
    for (const { id, title, orgCode, ownerId, department, state, updatedAt } of records) {
      insert.run(id, title, orgCode, ownerId, department, state, updatedAt);
    }
  };
  const reset = (): void => {
    database.exec("BEGIN; DELETE FROM documents");
    insertAll(seed);
    database.exec("COMMIT");
  };
  if (database.prepare("SELECT 1 FROM documents LIMIT 1").get() === undefined) reset();

  return {
    list: createDocumentList(database),
    find(id) {
      const row = find.get(id);
      return row && documentOf(row);
    },
    change(document, changes) {
      const { id, version, title, state, sharedAt } = { ...document, ...changes };
      const row = change.get(title, state, sharedAt, new Date().toISOString(), id, version);
      return row && documentOf(row);
    },
    adopt(orgCode, userId) {
      if (!hasAny.get(orgCode)) insertAll(libraryOf(orgCode, userId));
    },
    remove: ({ id, version }) => remove.run(id, version).changes === 1,
    reset,
    close: () => database.close(),
  };
}
