import { type DocumentAction, type StoredDocument } from "../../../data/document.ts";
import { type Attempt } from "../../why/try-anyway.tsx";

/** The API's answer to an action. */
export type Outcome = Attempt;

/** The address of the API. */
const API = "/api/documents";

/** The request for each action. */
const ROUTES: { readonly [action in DocumentAction]: readonly [method: string, path: string] } = {
  view: ["GET", ""],
  edit: ["PATCH", ""],
  share: ["POST", "/share"],
  publish: ["POST", "/publish"],
  delete: ["DELETE", ""],
};

/**
 * Returns the documents of the user's organization that the user may view.
 *
 * @throws Error in the API's words
 */
export async function listDocuments(token: string | null, signal: AbortSignal): Promise<readonly StoredDocument[]> {
  const { status, body } = await ask(token, API, { signal });
  const documents = body["documents"];
  if (status !== 200 || !Array.isArray(documents) || !documents.every(isDocument)) {
    throw new Error(messageIn(body));
  }
  return documents;
}

/** Requests an action, even if the page does not offer it: the API decides. `title` is the new title for `edit`. */
export async function actOnDocument(
  token: string | null,
  action: DocumentAction,
  id: string,
  title?: string,
): Promise<Outcome> {
  const [method, path] = ROUTES[action];
  const address = `${API}/${encodeURIComponent(id)}${path}`;
  const { status, body } = await ask(token, address, {
    method,
    ...(title !== undefined && { body: JSON.stringify({ title }) }),
  });
  const isDone = status === 200;
  return { request: `${method} ${address}`, isDone, status, message: isDone ? "" : messageIn(body) };
}

/** The API's answer to an export. */
export interface ExportOutcome extends Outcome {
  /** The documents as JSON; empty if it was refused. */
  readonly file: string;
  /** How many documents are in the file. */
  readonly count: number;
}

/** Requests all documents that the user may view, in a file. */
export async function exportDocuments(token: string | null): Promise<ExportOutcome> {
  const { status, body } = await ask(token, `${API}/export`, {});
  const documents = body["documents"];
  const outcome = { request: `GET ${API}/export`, status };
  if (status === 200 && Array.isArray(documents)) {
    const file = JSON.stringify(documents, undefined, 2);
    return { ...outcome, isDone: true, message: "", file, count: documents.length };
  }
  return { ...outcome, isDone: false, message: messageIn(body), file: "", count: 0 };
}

interface Answer {
  readonly status: number | null;
  readonly body: { readonly [field: string]: unknown };
}

async function ask(token: string | null, address: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(address, {
      ...init,
      ...(token !== null && { headers: { authorization: `Bearer ${token}` } }),
    });
    const body: unknown = await response.json();
    if (isFields(body)) return { status: response.status, body };
  } catch (error) {
    if (init.signal?.aborted) throw error;
  }
  return { status: null, body: {} };
}

const messageIn = ({ message }: Answer["body"]): string =>
  typeof message === "string" ? message : "The API did not answer. Is it running?";

const isFields = (value: unknown): value is Answer["body"] => typeof value === "object" && value !== null;

const TEXTS = ["id", "title", "orgCode", "ownerId", "department", "state", "updatedAt"] as const;

function isDocument(value: unknown): value is StoredDocument {
  return (
    isFields(value) &&
    TEXTS.every((name) => typeof value[name] === "string") &&
    (value["sharedAt"] === null || typeof value["sharedAt"] === "string")
  );
}
