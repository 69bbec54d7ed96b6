import { createKindeWebhook, type KindeWebhookOptions } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { type Plugin, type PreviewServer, type ViteDevServer } from "vite";

/** Takes what Kinde reports of people, roles and flags, at the address that `kinde.json` has as a webhook. */
export function kindeWebhook(options: KindeWebhookOptions): Plugin {
  const mount = ({ middlewares }: ViteDevServer | PreviewServer): void => {
    middlewares.use("/kinde-webhook", toNodeListener(createKindeWebhook(options)));
  };
  return { name: "kinde-webhook", configureServer: mount, configurePreviewServer: mount };
}
