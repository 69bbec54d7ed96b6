import { type Decision, type Plan } from "@kinde-cerbos/core";
import { answerRefusals, createEnforcer, type EnforcerOptions } from "@kinde-cerbos/server";
import { type DocumentAction, documentResource, type StoredDocument } from "../data/document.ts";
import { exportHint, libraryResource } from "../data/library.ts";
import { readDocumentQuery } from "./document-query.ts";
import { type DocumentStore } from "./document-store.ts";
import { InvalidRequest } from "./invalid-request.ts";
import { json } from "./json-answer.ts";

/** What becomes of a document; `null` if it is gone, `undefined` if it is no longer the one that was decided about. */
type Act = (document: StoredDocument, request: Request) => Promise<StoredDocument | null | undefined>;

/** An action of the policies, as a route. */
interface Route {
  readonly action: DocumentAction;
  readonly act: Act;
}

/** How the documents API differs from one demo to the next. */
export interface DocumentsApiOptions {
  /** Gives each organization that it has no document of a library. Default: false. */
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
 * `callId`
 * where Cerbos denied. Who may not view a document is told that there is none.
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

  /** Which documents the policies let the user see: a condition of the SQL, so that nobody loads the others. */
  const viewable = (request: Request): Promise<Plan> => plan(request, { kind: "document", action: "view" });

  /** Counts them itself: a plan that includes so many at a time is not a matter of what a page says. */
  const exportAll = async (request: Request, orgCode: string): Promise<Response> => {
    const view = await viewable(request);
    const { total } = await documents.list(view, { orgCode, limit: 0 });
    const decision = await authorize(request, { action: "export", resource: libraryResource(orgCode, total) });
    const { allowed, callId } = decision;
    if (!allowed) return json(403, { message: exportHint(decision)?.reason ?? reasonOf(decision, "export"), callId });
    // No more than were decided about.
    const { documents: found } = await documents.list(view, { orgCode, limit: total });
    const response = json(200, { documents: found, callId });
    response.headers.set("content-disposition", 'attachment; filename="documents.json"');
    return response;
  };

  return answerRefusals(async (request) => {
    // Before anything is looked up: who has no token learns nothing.
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
      if (changed === undefined) return json(409, { message: "It was changed meanwhile. Look at it, and ask again." });
      return json(200, { document: changed, callId: asked.callId });
    } catch (error) {
      if (error instanceof InvalidRequest) return json(400, { message: error.message });
      throw error;
    }
  });
}

/** Why it was denied: in the policies' own words, where they have some. */
function reasonOf(decision: Decision | undefined, action: DocumentAction | "export"): string {
  const said = decision?.outputs.map(({ value }) => value).find((value) => typeof value === "string");
  return said ?? `The policies do not allow you to ${action} it.`;
}

/** The new title in a body. Read last, and no more of it than a title may be long. */
async function readTitle(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new InvalidRequest(`Send at most ${MAX_BODY_BYTES} bytes.`);
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

const noSuchDocument = (): Response => json(404, { message: "There is no such document for you." });
