import { type EnforcerOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { openDocuments } from "./document-store.ts";
import { createDocumentsApi } from "./documents-api.ts";

/** Serves the documents API beside the page, at `/api/documents`. `database` is a file, or `:memory:`. */
export function documentsApi({
  database,
  ...options
}: EnforcerOptions<Request> & { readonly database: string }): Plugin {
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    middlewares.use("/api/documents", toNodeListener(createDocumentsApi(openDocuments(database), options)));
  };
  return { name: "documents-api", configureServer: mount, configurePreviewServer: mount };
}
