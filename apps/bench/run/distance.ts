import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { listen } from "./listen.ts";

/** A server that seems to be farther away. */
export interface Distance {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes on all that goes to a server and comes from it, each way half a round trip later. It knows nothing of HTTP:
 * what
 * a browser does with its connections stays as it is, so requests that must wait for one wait the longer.
 */
export async function startDistance(to: URL, roundTripMs: number): Promise<Distance> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      // The other end is told by the close that follows.
      socket.on("error", () => {});
    }
    passOn(near, far, roundTripMs / 2);
    passOn(far, near, roundTripMs / 2);
  });
  return {
    url: await listen(server),
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Timers of one length end in the order in which they began. */
function passOn(from: Socket, to: Socket, afterMs: number): void {
  from.on("data", (bytes) => setTimeout(() => to.write(bytes), afterMs));
  from.on("close", () => setTimeout(() => to.destroy(), afterMs));
}
