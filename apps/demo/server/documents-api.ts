import { type Decision, type Plan } from "@kinde-cerbos/core";
import { answerRefusals, createEnforcer, type EnforcerOptions } from "@kinde-cerbos/server";
import { type DocumentAction, documentResource, type StoredDocument } from "../data/document.ts";
import { exportHint, libraryResource } from "../data/library.ts";
import { readDocumentQuery } from "./document-query.ts";
import { type DocumentStore } from "./document-store.ts";
import { InvalidRequest } from "./invalid-request.ts";
import { json } from "./json-answer.ts";

/** The document after an action; `null` if it was removed, `undefined` if it changed after the decision. */
type Act = (document: StoredDocument, request: Request) => Promise<StoredDocument | null | undefined>;

/** A route for an action of the policies. */
interface Route {
  readonly action: DocumentAction;
  readonly act: Act;
}

/** Options in which the documents APIs of the demos differ. */
export interface DocumentsApiOptions {
  /** Whether an organization without documents gets some. Default: false. */
  readonly adoptsOrganizations?: boolean | undefined;
}

const MAX_BODY_BYTES = 4096;
const MAX_TITLE_LENGTH = 200;

/**
 * The documents API: it decides by the same policies as the page, about the document as the database has it.
 *
 * | request | action |
 * | --- | --- |
 * | `GET /` | `view`, as a plan: the organization's other documents are left out |
 * | `GET /export` | `export`, on the library: the same documents, in a file |
 * | `GET /:id` | `view` |
 * | `PATCH /:id` with `{ title }` | `edit` |
 * | `POST /:id/share` | `share` |
 * | `POST /:id/publish` | `publish` |
 * | `DELETE /:id` | `delete` |
 *
 * The list takes `state`, `sort` (a minus before it reverses the order), `page` from 1 and `size` up to 100, which are
 * its defaults too.
 *
 * It answers `{ documents, total }`, or `{ document, callId }` with Cerbos' id of the decision, or `{ message }`, with
 * `callId` if Cerbos denied. A user who may not view a document gets the answer for one that does not exist.
 */
export function createDocumentsApi(
  documents: DocumentStore,
  options: EnforcerOptions<Request>,
  { adoptsOrganizations = false }: DocumentsApiOptions = {},
): (request: Request) => Promise<Response> {
  const { identify, authorize, plan } = createEnforcer(options);
  const routes: { readonly [route: string]: Route } = {
    GET: { action: "view", act: async (document) => document },
    PATCH: {
      action: "edit",
      act: async (document, request) => documents.change(document, { title: await readTitle(request) }),
    },
    "POST share": {
      action: "share",
      act: async (document) => documents.change(document, { sharedAt: new Date().toISOString() }),
    },
    "POST publish": { action: "publish", act: async (document) => documents.change(document, { state: "published" }) },
    DELETE: { action: "delete", act: async (document) => (documents.remove(document) ? null : undefined) },
  };

  /** The documents that the user may view, as a SQL condition, so that the others are not loaded. */
  const viewable = (request: Request): Promise<Plan> => plan(request, { kind: "document", action: "view" });

  /** Counts the documents on the server: the page must not decide how many the plan includes. */
  const exportAll = async (request: Request, orgCode: string): Promise<Response> => {
    const view = await viewable(request);
    const { total } = await documents.list(view, { orgCode, limit: 0 });
    const decision = await authorize(request, { action: "export", resource: libraryResource(orgCode, total) });
    const { allowed, callId } = decision;
    if (!allowed) return json(403, { message: exportHint(decision)?.reason ?? reasonOf(decision, "export"), callId });
    // No more documents than the decision was for.
    const { documents: found } = await documents.list(view, { orgCode, limit: total });
    const response = json(200, { documents: found, callId });
    response.headers.set("content-disposition", 'attachment; filename="documents.json"');
    return response;
  };

  return answerRefusals(async (request) => {
    // Before any lookup, so that a caller without a token learns nothing.
    const { claims, principal } = await identify(request);
    const orgCode = claims?.org_code ?? "";
    if (adoptsOrganizations && orgCode !== "") documents.adopt(orgCode, principal.id);
    const { pathname, searchParams } = new URL(request.url);
    const [, id = "", verb] = /^\/([\w-]*)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const name = verb === undefined ? request.method : `${request.method} ${verb}`;
    try {
      if (name === "GET" && id === "") {
        const query = readDocumentQuery(searchParams, orgCode);
        return json(200, await documents.list(await viewable(request), query));
      }
      if (name === "GET" && id === "export") return await exportAll(request, orgCode);
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
      const document = documents.find(id);
      if (!route || !document) return noSuchDocument();

      const resource = documentResource(document);
      const [view, asked] = await authorize(request, [
        { action: "view", resource },
        { action: route.action, resource },
      ]);
      if (!view?.allowed) return noSuchDocument();
      if (!asked?.allowed) return json(403, { message: reasonOf(asked, route.action), callId: asked?.callId });
      const changed = await route.act(document, request);
      if (changed === undefined)
        return json(409, { message: "The document was changed in the meantime. Reload it and try again." });
      return json(200, { document: changed, callId: asked.callId });
    } catch (error) {
      if (error instanceof InvalidRequest) return json(400, { message: error.message });
      throw error;
    }
  });
}

/** Returns why an action was denied: the policy's output if there is one. */
function reasonOf(decision: Decision | undefined, action: DocumentAction | "export"): string {
  const said = decision?.outputs.map(({ value }) => value).find((value) => typeof value === "string");
  return said ?? `The policies do not allow you to ${action} ${action === "export" ? "these documents" : "it"}.`;
}

/** Reads the new title from the body, last, and no more bytes than a title may have. */
async function readTitle(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new InvalidRequest(`The body is too large. Send at most ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const title = titleIn(Buffer.concat(chunks).toString()).trim();
  if (title === "" || title.length > MAX_TITLE_LENGTH) {
    throw new InvalidRequest(`Send { "title": … } with 1 to ${MAX_TITLE_LENGTH} characters.`);
  }
  return title;
}

function titleIn(body: string): string {
  try {
    const sent: unknown = JSON.parse(body);
    return typeof sent === "object" && sent !== null && "title" in sent && typeof sent.title === "string"
      ? sent.title
      : "";
  } catch {
    return "";
  }
}

const noSuchDocument = (): Response => json(404, { message: "This document does not exist, or you may not view it." });
