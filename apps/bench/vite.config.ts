import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The browser's clock is then exact to 5 µs, not to 100. */
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  // So that scripts can be in the cache before their evaluation is timed. Each page has a cache of its own.
  "cache-control": "max-age=600",
};

export default defineConfig({
  plugins: [react()],
  // @cerbos/http is half a megabyte.
  build: { chunkSizeWarningLimit: 700 },
  preview: { host: "127.0.0.1", strictPort: true, headers },
});
