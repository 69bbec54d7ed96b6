import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documents } from "@kinde-cerbos/demo/data/documents.ts";
import { kindeWebhook } from "@kinde-cerbos/demo/server/kinde-webhook.ts";
import { AUDIENCE, CLIENT_ID } from "@kinde-cerbos/demo/stack/kinde-config.ts";
import { createEvents } from "@kinde-cerbos/server";
import { watchPolicies } from "@kinde-cerbos/server/policy-watcher";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import react from "@vitejs/plugin-react";
import { build, preview } from "vite";
import { type LivePrograms } from "./programs.ts";

const root = fileURLToPath(new URL("../../live", import.meta.url));

/** The document on the page. */
const SHOWN = "aurora-01";

/** Builds the page for production, and serves it with a gateway, the webhook's handler and a watcher of policies. */
export async function startPageServer({
  kinde,
  pdp,
  policies,
  admin,
  port,
}: LivePrograms): Promise<{ close(): Promise<void> }> {
  const outDir = await mkdtemp(join(tmpdir(), "kinde-cerbos-live-"));
  const define = {
    KINDE: JSON.stringify({ domain: kinde.url, clientId: CLIENT_ID, audience: AUDIENCE }),
    RECORD: JSON.stringify(documents.find(({ id }) => id === SHOWN)),
  };
  const asBuilt = { root, configFile: false as const, logLevel: "warn" as const };
  await build({ ...asBuilt, plugins: [react()], define, build: { outDir, emptyOutDir: true } });
  const events = createEvents();
  const gateway = kindeCerbos({
    issuer: kinde.url,
    clientId: CLIENT_ID,
    audience: AUDIENCE,
    pdp: pdp.url,
    path: "/authz",
    isRevoked: events.isRevoked,
    events,
  });
  const server = await preview({
    ...asBuilt,
    build: { outDir },
    preview: { port, host: "127.0.0.1", strictPort: true },
    plugins: [gateway, kindeWebhook({ issuer: kinde.url, events })],
  });
  const watcher = watchPolicies({ events, pdp: pdp.url, folder: policies, admin });
  await watcher.ready;
  return {
    async close() {
      await watcher.close();
      events.close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
