// node:http alone. Start it with: KINDE_ISSUER=… KINDE_CLIENT_ID=… KINDE_AUDIENCE=… PDP_URL=… PORT=3000 node
// examples/node-http.ts
import { createServer } from "node:http";
import { answerRefusals, createEnforcer, createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { documents } from "./documents.ts";
import { listen } from "./listen.ts";
import { settings } from "./settings.ts";

const gateway = createGateway(settings);
const { requireAllowed } = createEnforcer(settings);

const api = answerRefusals(async (request: Request) => {
  const [, id = ""] = /^\/api\/documents\/(\w+)$/.exec(new URL(request.url).pathname) ?? [];
  const document = documents.get(id);
  if (request.method !== "DELETE" || !document) return new Response(null, { status: 404 });
  await requireAllowed(request, { action: "delete", resource: document });
  documents.delete(id);
  return new Response(null, { status: 204 });
});

listen(
  createServer(
    toNodeListener((request) =>
      new URL(request.url).pathname.startsWith("/authz/") ? gateway(request) : api(request),
    ),
  ),
);
