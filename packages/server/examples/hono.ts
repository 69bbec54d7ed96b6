// Hono. On Bun, Deno or at an edge, `export default app` is all that listens; here it is Node.
import { createServer } from "node:http";
import { createEnforcer, createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { Hono } from "hono";
import { documents } from "./documents.ts";
import { listen } from "./listen.ts";
import { settings } from "./settings.ts";

const gateway = createGateway(settings);
const { requireAllowed } = createEnforcer(settings);
const app = new Hono();

app.all("/authz/*", (context) => gateway(context.req.raw));

app.delete("/api/documents/:id", async (context) => {
  const document = documents.get(context.req.param("id"));
  if (!document) return context.notFound();
  // What it throws, Hono answers as it is.
  await requireAllowed(context.req.raw, { action: "delete", resource: document });
  documents.delete(document.id);
  return context.body(null, 204);
});

listen(createServer(toNodeListener(app.fetch)));
