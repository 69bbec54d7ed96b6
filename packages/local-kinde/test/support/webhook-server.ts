import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { LocalKinde } from "../../src/index.ts";

/** A received event, verified with the issuer's keys. */
interface ReceivedEvent {
  readonly jwt: string;
  readonly header: object;
  readonly payload: Record<string, unknown>;
  readonly contentType: string | undefined;
}

/** A webhook on a free port. */
export interface WebhookServer extends AsyncDisposable {
  readonly url: string;
  readonly events: ReceivedEvent[];
  /** The `webhook-id` of each attempt, including those that were not answered with 200. */
  readonly ids: (string | string[] | undefined)[];
  /** The statuses of the next answers; after these, 200. */
  readonly statuses: number[];
  /** Resolves with the types when this many events were received. */
  types(count: number): Promise<unknown[]>;
}

/** Starts a webhook server for the events of the issuer that `kinde` returns. */
export async function startWebhookServer(kinde: () => LocalKinde): Promise<WebhookServer> {
  const events: ReceivedEvent[] = [];
  const ids: WebhookServer["ids"] = [];
  const statuses: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const receive = async (): Promise<number> => {
      const jwt = await text(request);
      ids.push(request.headers["webhook-id"]);
      const status = statuses.shift() ?? 200;
      if (status !== 200) return status;
      const keys = createRemoteJWKSet(new URL(`${kinde().url}/.well-known/jwks`));
      const { protectedHeader, payload } = await jwtVerify(jwt, keys);
      events.push({ jwt, header: protectedHeader, payload, contentType: request.headers["content-type"] });
      for (const look of waiting) look();
      return status;
    };
    receive().then(
      (status) => response.writeHead(status).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/kinde`,
    events,
    ids,
    statuses,
    types: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (events.length < count) return;
          waiting.delete(look);
          resolve(events.map(({ payload }) => payload["type"]));
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
