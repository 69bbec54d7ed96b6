import { type EnforcerOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";
import { createSetUpApi, type SetUpOptions } from "./set-up-api.ts";

/** Serves the API of the set-up page at `/own-kinde/api`, for development on one machine. */
export function ownKindeApi(options: EnforcerOptions<Request> & SetUpOptions): Plugin {
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    middlewares.use("/own-kinde/api", toNodeListener(createSetUpApi(options)));
  };
  return { name: "own-kinde", configureServer: mount, configurePreviewServer: mount };
}
