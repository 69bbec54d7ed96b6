import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One request on its way to the PDP. */
export interface Exchange {
  /** As it was sent, JSON. */
  readonly question: string;
  readonly response: ServerResponse;
  /** Settles when the client has its answer, or has hung up. */
  readonly over: Promise<void>;
  /** What the real PDP says to it. */
  readonly ask: () => Promise<{ readonly status: number; readonly body: string }>;
}

/** What becomes of a request. */
export type Fault = (exchange: Exchange) => void | Promise<void>;

/** A proxy before the real PDP, on the loopback address. */
export interface FaultServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Becomes of each request from now on. Default: {@link passOn}. */
  fault: Fault;
  /** How many requests came so far. */
  readonly requests: number;
  /** Settles when no request is open, on neither side. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** No fault: what the PDP says is what the client gets. */
export const passOn: Fault = async ({ ask, response }) => {
  const { status, body } = await ask();
  response.writeHead(status, { "content-type": "application/json" }).end(body);
};

/** Starts it on a free port. */
export async function startFaultServer(pdpUrl: string): Promise<FaultServer> {
  let requests = 0;
  const open = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    requests += 1;
    const exchange = handle(request, response);
    open.add(exchange);
    void exchange.finally(() => open.delete(exchange));
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const over = new Promise<void>((resolve) => response.once("close", resolve));
    // A client that hangs up is what many of these tests are about.
    response.on("error", () => {});
    const question = await text(request).catch(() => null);
    if (question === null) return over;
    const ask = async () => {
      const answer = await fetch(pdpUrl + String(request.url), { method: "POST", body: question });
      return { status: answer.status, body: await answer.text() };
    };
    await faults.fault({ question, response, over, ask });
    return over;
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  const { port } = server.address() as AddressInfo;
  const faults: FaultServer = {
    url: `http://127.0.0.1:${port}`,
    fault: passOn,
    get requests() {
      return requests;
    },
    async idle() {
      while (open.size > 0) await Promise.all(open);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return faults;
}
