import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createEvents, createGateway, createKindeManagement, createKindeWebhook } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { createRedisBus, createRedisRateLimiter } from "@kinde-cerbos/server/redis";
import { createClient } from "@redis/client";
import { pdp, send } from "./pdp.ts";

const { KINDE_M2M_CLIENT_SECRET_FILE, REDIS_URL_FILE } = process.env;
const issuer = read("KINDE_ISSUER");

// Several processes share the rate limit, and tell each other at once whose tokens are revoked. One needs no Redis.
// Redis keeps no list of them: a process that starts later accepts these tokens until they expire.
const redis = REDIS_URL_FILE ? createClient({ url: secretIn(REDIS_URL_FILE) }) : undefined;
redis?.on("error", ({ code, message }) => write("redis", { error: code ?? message }));
await redis?.connect();

const management = KINDE_M2M_CLIENT_SECRET_FILE
  ? createKindeManagement({
      domain: issuer, // if this is a custom domain, name https://YOUR_DOMAIN.kinde.com here
      clientId: read("KINDE_M2M_CLIENT_ID"),
      clientSecret: secretIn(KINDE_M2M_CLIENT_SECRET_FILE),
    })
  : undefined;

const events = createEvents({
  ...(redis && { bus: createRedisBus({ client: redis }) }),
  ...(management && { refreshClaims: management.refreshClaims }),
});

const gateway = createGateway({
  issuer,
  clientId: read("KINDE_CLIENT_ID"),
  audience: read("KINDE_AUDIENCE"),
  pdp,
  fetch: send,
  allow: { document: ["view"], kinde_doctor: "*" }, // what your pages check, and the doctor's own kind
  plans: false, // a plan shows conditions of your policies; remove this if your pages request plans
  events,
  isRevoked: events.isRevoked,
  ...(redis && { rateLimit: createRedisRateLimiter({ send: (command) => redis.sendCommand(command) }) }),
  log: (line) => write("gateway", line),
  audit: (entries) => {
    for (const entry of entries) write("audit", entry);
  },
});

const webhook = createKindeWebhook({ issuer, events, log: (line) => write("webhook", line) });

const server = createServer(
  toNodeListener((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/healthz") return new Response("ok");
    if (pathname === "/webhooks/kinde") return webhook(request);
    if (pathname.startsWith("/authz/")) return gateway(request);
    return new Response("Not found", { status: 404 });
  }),
);
server.listen(Number(read("PORT")), "0.0.0.0");

// Finishes the requests in flight, and accepts no new ones.
process.once("SIGTERM", () => {
  events.close();
  server.close(() => redis?.destroy());
});

function read(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

function secretIn(file: string): string {
  return readFileSync(file, "utf8").trim();
}

function write(source: string, line: object): void {
  console.log(JSON.stringify({ source, at: new Date(), ...line }));
}
