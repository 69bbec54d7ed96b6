import { once } from "node:events";
import { createServer } from "node:http";
import { createGateway } from "@kinde-cerbos/server";
import { toNodeListener } from "@kinde-cerbos/server/node";
import { listen } from "./listen.ts";

/** Whom the gateway believes, where it asks, and who may ask it. */
interface Between {
  readonly issuer: string;
  readonly clientId: string;
  readonly pdp: string;
  /** Origin of the page. */
  readonly origin: string;
}

/** A gateway before the PDP: as an app would have it, but for the rate limit, which a benchmark is there to exceed. */
export async function startGateway({
  issuer,
  clientId,
  pdp,
  origin,
}: Between): Promise<{ readonly url: string; close(): Promise<void> }> {
  const gateway = createGateway({ issuer, clientId, pdp, corsOrigins: [origin], rateLimit: false });
  const server = createServer(toNodeListener(gateway));
  return {
    url: await listen(server),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
