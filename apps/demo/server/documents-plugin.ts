import { type EnforcerOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { openDocuments } from "./document-store.ts";
import { createDocumentsApi, type DocumentsApiOptions } from "./documents-api.ts";

/** Options for {@link documentsApi}, in addition to those of its enforcer. */
interface DocumentsPluginOptions extends DocumentsApiOptions {
  /** The database file, or `:memory:`. */
  readonly database: string;
}

/** Serves the documents API at `/api/documents`, on the page's origin. */
export function documentsApi({
  database,
  adoptsOrganizations,
  ...options
}: EnforcerOptions<Request> & DocumentsPluginOptions): Plugin {
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    const api = createDocumentsApi(openDocuments(database), options, { adoptsOrganizations });
    middlewares.use("/api/documents", toNodeListener(api));
  };
  return { name: "documents-api", configureServer: mount, configurePreviewServer: mount };
}
