// Vite: the gateway in the development server and in `vite preview`, for a page that asks `new HTTP("/authz")`.
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import { defineConfig } from "vite";
import { settings } from "../settings.ts";

export default defineConfig({ plugins: [kindeCerbos(settings)] });
