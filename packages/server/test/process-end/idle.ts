// A program that creates everything that this package has, and closes nothing. Its arguments: the address of a PDP, a
// folder of policies, and optionally the port of a Redis.
import { createClient } from "@redis/client";
import {
  createEnforcer,
  createEvents,
  createGateway,
  createKindeManagement,
  createKindeWebhook,
  createRateLimiter,
} from "../../src/index.ts";
import { toNodeListener } from "../../src/node.ts";
import { watchPolicies } from "../../src/policy-watcher.ts";
import { createRedisBus, createRedisRateLimiter } from "../../src/redis.ts";

const [pdp = "", folder = "", redisPort] = process.argv.slice(2);
const issuer = "https://example.kinde.com";

const client = redisPort === undefined ? undefined : createClient({ socket: { port: Number(redisPort) } });
await client?.connect();

const { refreshClaims } = createKindeManagement({ domain: issuer, clientId: "m2m", clientSecret: "secret" });
const events = createEvents({ refreshClaims, ...(client && { bus: createRedisBus({ client }) }) });
const rateLimit = client
  ? createRedisRateLimiter({ send: (command) => client.sendCommand(command), fallback: createRateLimiter() })
  : createRateLimiter();
const options = { issuer, clientId: "app", pdp: [pdp, pdp], isRevoked: events.isRevoked };
toNodeListener(createGateway({ ...options, events, rateLimit, hedgeAfterMs: 100 }));
createEnforcer({ ...options, cache: { maxAgeMs: 60_000 } });
createKindeWebhook({ issuer, events });

const watchers = [
  watchPolicies({ events, pdp }),
  watchPolicies({ events, pdp, folder, admin: { username: "cerbos", password: "cerbosAdmin" } }),
];
await Promise.all(watchers.map(({ ready }) => ready));
await events.policiesChanged();
console.log("ready");
// A connection of the program's own is its own to close.
await client?.close();
