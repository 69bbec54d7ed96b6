import { kindeCerbosTypegen } from "@kinde-cerbos/cli/vite";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    react(),
    kindeCerbosTypegen(),
    kindeCerbos((env) => ({ issuer: env["VITE_KINDE_DOMAIN"], clientId: "documents", pdp: env["PDP_URL"] })),
  ],
});
