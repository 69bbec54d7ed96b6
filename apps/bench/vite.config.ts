import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The browser's clock is then exact to 5 µs, not to 100. */
const headers = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

export default defineConfig({
  plugins: [react()],
  // @cerbos/http is half a megabyte.
  build: { chunkSizeWarningLimit: 700 },
  preview: { host: "127.0.0.1", strictPort: true, headers },
});
