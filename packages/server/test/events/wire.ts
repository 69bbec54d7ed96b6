// The stream of events over real connections, of each version of HTTP.
import { once } from "node:events";
import { request } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect } from "node:net";
import { type Readable } from "node:stream";
import { type NodeListener } from "@kinde-cerbos/server/node";

/** An open connection. */
interface Wire {
  /** Resolves with all that came, head or not, once this is in it. */
  until(text: string): Promise<string>;
  /** Resolves at the end of the stream. */
  ended: Promise<unknown>;
  leave(): void;
}

/** Opens the stream of events under an address, with a token. */
export type OpenWire = (url: string, token: string) => Promise<Wire>;

function wireOf(readable: Readable, leave: () => void): Wire {
  let all = "";
  readable.setEncoding("latin1");
  readable.on("data", (chunk: string) => {
    all += chunk;
  });
  readable.on("error", () => {});
  const ended = once(readable, "close");
  return {
    ended,
    leave,
    async until(text) {
      while (!all.includes(text)) {
        const over = new AbortController();
        const next = await Promise.race([once(readable, "data", over), ended.then(() => null)]);
        over.abort();
        if (!next && !all.includes(text)) throw new Error(`The stream ended without ${text}: ${all}`);
      }
      return all;
    },
  };
}

export const overHttp11: OpenWire = async (url, token) => {
  const sent = request(`${url}/api/events`, { headers: { authorization: `Bearer ${token}` } });
  sent.on("error", () => {});
  const answered = Promise.withResolvers<Readable>();
  sent.once("response", answered.resolve).once("error", answered.reject).end();
  return wireOf(await answered.promise, () => sent.destroy());
};

export const overHttp10: OpenWire = async (url, token) => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`GET /api/events HTTP/1.0\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
  return wireOf(socket, () => socket.destroy());
};

export const overHttp2: OpenWire = async (url, token) => {
  const session = connectHttp2(url, { rejectUnauthorized: false });
  session.on("error", () => {});
  const stream = session.request({ ":path": "/api/events", authorization: `Bearer ${token}` });
  // As a page that closes one stream of its connection.
  return wireOf(stream, () => {
    stream.close();
    session.close();
  });
};

/** Serves HTTP/2 without TLS on any free port. */
export async function serveHttp2(listener: NodeListener): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createHttp2Server(listener);
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
