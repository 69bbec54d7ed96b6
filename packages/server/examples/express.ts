// Express 5.
import { createServer } from "node:http";
import { createEnforcer, createGateway, Refusal } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import express, { type ErrorRequestHandler } from "express";
import { documents } from "./documents.ts";
import { listen } from "./listen.ts";
import { settings } from "./settings.ts";

const gateway = createGateway(settings);
const { requireAllowed } = createEnforcer(settings);
const app = express();

// Before what reads bodies: the gateway bounds its own.
app.use("/authz", toNodeListener(gateway));
app.use(express.json());

// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands a rejection to the handler of errors
app.delete("/api/documents/:id", async (request, response) => {
  const document = documents.get(request.params.id);
  if (!document) {
    response.sendStatus(404);
    return;
  }
  await requireAllowed(request, { action: "delete", resource: document });
  documents.delete(document.id);
  response.sendStatus(204);
});

const answerRefusal: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof Refusal)
    response.status(error.status).set(error.headers).json({ code: error.grpcCode, message: error.message });
  else next(error);
};
app.use(answerRefusal);

listen(createServer(app));
