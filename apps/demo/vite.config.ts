import { kindeCerbos } from "@kinde-cerbos/server/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { documentsApi } from "./server/documents-plugin.ts";

const { VITE_KINDE_DOMAIN, VITE_KINDE_CLIENT_ID, PDP_URL, DOCUMENTS_DATABASE = ":memory:" } = process.env;

/** Whose tokens count, and which PDPs decide: the same for the gateway and the API. */
const trust = {
  issuer: VITE_KINDE_DOMAIN ?? "http://localhost:4005",
  clientId: VITE_KINDE_CLIENT_ID ?? "kinde-cerbos-demo",
  audience: "https://documents.example.com",
  // One, or several with commas between them.
  pdp: (PDP_URL ?? "http://127.0.0.1:3592").split(","),
};

/** The direct way: the PDP itself behind the page's own origin. */
const direct = {
  "/pdp": { target: trust.pdp[0] ?? "", rewrite: (path: string) => path.replace(/^\/pdp/, "") },
};

export default defineConfig({
  plugins: [react(), kindeCerbos({ ...trust, path: "/authz" }), documentsApi({ ...trust, database: DOCUMENTS_DATABASE })],
  // @cerbos/http is half of the page: see the docs on what it costs.
  build: { chunkSizeWarningLimit: 700 },
  server: { host: "localhost", strictPort: true, proxy: direct },
  preview: { host: "localhost", strictPort: true, proxy: direct },
});
