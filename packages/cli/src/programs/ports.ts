import { connect, createServer, type Server } from "node:net";

// "localhost" may mean either. A server on one of them would hide ours on the other.
const LOOPBACK = ["127.0.0.1", "::1"] as const;

// Each process has a block of ports, below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing
// connections and to servers on any port. So the system does not take a free port before it is used.
const FIRST_BLOCK = 20_000;
const BLOCK_SIZE = 100;
const BLOCKS = 120;

interface Block {
  /** Listens on the first port of the block while this process runs, so that other processes use another block. */
  readonly claim: Server;
  readonly start: number;
  /** How many ports were given out. */
  given: number;
}

let claimed: Promise<Block> | undefined;

/**
 * Returns a port that nothing uses on the loopback addresses. No two calls return the same port, not even in two
 * processes, until a process has used all of its 99.
 */
export async function freePort(): Promise<number> {
  claimed ??= claimBlock();
  const block = await claimed;
  for (let attempt = 1; attempt < BLOCK_SIZE; attempt += 1) {
    const port = block.start + 1 + (block.given % (BLOCK_SIZE - 1));
    // Incremented before the await, so that a call in the meantime gets the next port.
    block.given += 1;
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No port from ${block.start + 1} to ${block.start + BLOCK_SIZE - 1} is free.`);
}

/** Whether a server can be started on this port of the loopback addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of LOOPBACK) {
    // On Linux, binding fails if another server listens. macOS allows it beside a wildcard address, so connect too.
    const code = await bindError(port, host);
    if (code === "EADDRINUSE" || code === "EACCES") return false;
    if (await accepts(port, host)) return false;
  }
  return true;
}

async function claimBlock(): Promise<Block> {
  const first = Math.floor(Math.random() * BLOCKS);
  for (let tried = 0; tried < BLOCKS; tried += 1) {
    const start = FIRST_BLOCK + ((first + tried) % BLOCKS) * BLOCK_SIZE;
    const claim = createServer((socket) => socket.destroy());
    if ((await listenError(claim, start, "127.0.0.1")) !== undefined) continue;
    claim.unref();
    return { claim, start, given: 0 };
  }
  throw new Error(`No block of ${BLOCK_SIZE} ports from ${FIRST_BLOCK} on is free.`);
}

/** Returns the error code if this port cannot be bound. */
async function bindError(port: number, host: string): Promise<string | undefined> {
  const server = createServer();
  const error = await listenError(server, port, host);
  if (error === undefined) await new Promise((resolve) => void server.close(resolve));
  return error;
}

function listenError(server: Server, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => resolve(undefined));
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
