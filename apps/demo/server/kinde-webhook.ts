import { createKindeWebhook, type KindeWebhookOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";

/** Receives Kinde's webhooks about users, roles and flags, at the URL in `kinde.json`. */
export function kindeWebhook(options: KindeWebhookOptions): Plugin {
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    middlewares.use("/kinde-webhook", toNodeListener(createKindeWebhook(options)));
  };
  return { name: "kinde-webhook", configureServer: mount, configurePreviewServer: mount };
}
