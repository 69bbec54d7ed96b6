import { type DocumentAction, type StoredDocument } from "../../../data/document.ts";

/** What the API made of an action. */
export interface Outcome {
  readonly isDone: boolean;
  /** HTTP status; `null` where nothing came that can be read. */
  readonly status: number | null;
  /** Why it was refused; empty where it was not. */
  readonly message: string;
  /** Cerbos' id of the decision; `null` where it was not asked. */
  readonly callId: string | null;
}

/** How each action is asked for. */
const ROUTES: { readonly [action in DocumentAction]: readonly [method: string, path: string] } = {
  view: ["GET", ""],
  edit: ["PATCH", ""],
  share: ["POST", "/share"],
  publish: ["POST", "/publish"],
  delete: ["DELETE", ""],
};

/**
 * The documents that one may view, in one's organization.
 *
 * @throws Error in the API's words
 */
export async function listDocuments(token: string | null, signal: AbortSignal): Promise<readonly StoredDocument[]> {
  const { status, body } = await ask(token, "", { signal });
  const documents = body["documents"];
  if (status !== 200 || !Array.isArray(documents) || !documents.every(isDocument)) {
    throw new Error(messageIn(body));
  }
  return documents;
}

/** Asks for an action, whether the page offers it or not: the API decides. `title` is what `edit` sets. */
export async function actOnDocument(
  token: string | null,
  action: DocumentAction,
  id: string,
  title?: string,
): Promise<Outcome> {
  const [method, path] = ROUTES[action];
  const { status, body } = await ask(token, `/${encodeURIComponent(id)}${path}`, {
    method,
    ...(title !== undefined && { body: JSON.stringify({ title }) }),
  });
  const isDone = status === 200;
  const callId = typeof body["callId"] === "string" ? body["callId"] : null;
  return { isDone, status, message: isDone ? "" : messageIn(body), callId };
}

/** What the API made of an export. */
export interface ExportOutcome {
  /** The documents as JSON; `null` if it was refused. */
  readonly file: string | null;
  /** What has happened, for people. */
  readonly message: string;
}

/** Asks for all documents that one may view, in a file. */
export async function exportDocuments(token: string | null): Promise<ExportOutcome> {
  const { status, body } = await ask(token, "/export", {});
  const documents = body["documents"];
  if (status === 200 && Array.isArray(documents)) {
    return {
      file: JSON.stringify(documents, undefined, 2),
      message: `${documents.length} ${documents.length === 1 ? "document" : "documents"} exported.`,
    };
  }
  return { file: null, message: `Refused by the API${status === null ? "" : ` with ${status}`}: ${messageIn(body)}` };
}

interface Answer {
  readonly status: number | null;
  readonly body: { readonly [field: string]: unknown };
}

async function ask(token: string | null, path: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(`/api/documents${path}`, {
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
  typeof message === "string" ? message : "The API gave no answer that can be read. Is it running?";

const isFields = (value: unknown): value is Answer["body"] => typeof value === "object" && value !== null;

const TEXTS = ["id", "title", "orgCode", "ownerId", "department", "state", "updatedAt"] as const;

function isDocument(value: unknown): value is StoredDocument {
  return (
    isFields(value) &&
    TEXTS.every((name) => typeof value[name] === "string") &&
    (value["sharedAt"] === null || typeof value["sharedAt"] === "string")
  );
}
