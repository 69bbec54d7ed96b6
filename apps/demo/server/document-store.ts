import { DatabaseSync } from "node:sqlite";
import { type DocumentRecord, type StoredDocument } from "../data/document.ts";
import { documents, libraryOf } from "../data/documents.ts";
import { createDocumentList, type DocumentList } from "./document-list.ts";
import { documentOf } from "./document-row.ts";

/** What an action may change. */
type DocumentChanges = Partial<Pick<StoredDocument, "title" | "state" | "sharedAt">>;

/** The demo's database. */
export interface DocumentStore {
  /** Those that a plan allows, a page at a time. */
  readonly list: DocumentList;
  find(id: string): StoredDocument | undefined;
  /** The document as it is then; `undefined` if it is no longer this version of it, and nothing was changed. */
  change(document: StoredDocument, changes: DocumentChanges): StoredDocument | undefined;
  /** Whether it was removed: not if it is no longer this version of it. */
  remove(document: StoredDocument): boolean;
  /** Gives an organization that has no document a library, part of which is the user's. */
  adopt(orgCode: string, userId: string): void;
  /** Back to what it began with. */
  reset(): void;
  close(): void;
}

const COLUMNS = `id, title, org_code AS orgCode, owner_id AS ownerId, department, state, updated_at AS updatedAt,
  shared_at AS sharedAt, version`;

/**
 * Opens a database of documents, and fills it if it is empty.
 *
 * @param path a file; `:memory:` for one that ends with this process
 * @param seed what it begins with. Default: the documents of the demo
 */
export function openDocuments(path: string, seed: readonly DocumentRecord[] = documents): DocumentStore {
  const database = new DatabaseSync(path);
  // Policies distinguish "A" from "a". LIKE of SQLite does not, without this: a filter would match what a check denies.
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
