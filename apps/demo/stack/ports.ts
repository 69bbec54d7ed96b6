import { connect, createServer } from "node:net";

// "localhost" may mean either; a server on one of them would hide ours on the other.
const LOOPBACK = ["127.0.0.1", "::1"] as const;

/** A port that nothing on this machine's loopback uses at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await bind(0, "127.0.0.1");
    if (typeof port === "number" && (await isPortFree(port))) return port;
  }
}

/** Whether a server could be started on this port of the loopback addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of LOOPBACK) {
    // Binding finds a listener on Linux; macOS lets a second one bind beside a wildcard, so connect too.
    const bound = await bind(port, host);
    if (bound === "EADDRINUSE" || bound === "EACCES") return false;
    if (await accepts(port, host)) return false;
  }
  return true;
}

/** The port that was bound and closed again, or the error code. */
function bind(port: number, host: string): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(bound));
    });
  });
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
