import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const pdp = {
  "/pdp": {
    target: process.env["PDP_URL"] ?? "http://localhost:3592",
    rewrite: (path: string) => path.replace(/^\/pdp/, ""),
  },
};

export default defineConfig({
  plugins: [react()],
  // @cerbos/http is half of the page: see the docs on what it costs.
  build: { chunkSizeWarningLimit: 700 },
  server: { host: "localhost", strictPort: true, proxy: pdp },
  preview: { host: "localhost", strictPort: true, proxy: pdp },
});
