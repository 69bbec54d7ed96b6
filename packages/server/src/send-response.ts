import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Writable } from "node:stream";

type Outgoing = ServerResponse | Http2ServerResponse;
type Chunk = Uint8Array<ArrayBuffer>;

/** Reads before the head goes out, of a body that is all there: then its length is known, and it is one write. */
const EARLY_READS = 8;

/**
 * Sends a response. If its body comes bit by bit, the head goes out at once, each bit as it comes, and no faster than
 * the client reads. If the client leaves, the body is cancelled. Rejects if the body fails.
 */
export async function sendResponse({ status, headers, body }: Response, outgoing: Outgoing): Promise<void> {
  const setHead = (): void => {
    outgoing.statusCode = status;
    for (const [name, value] of headers) outgoing.appendHeader(name, value);
  };
  if (!body) {
    setHead();
    return void outgoing.end();
  }
  const reader = body.getReader();
  const leave = (): void => void reader.cancel().catch(() => {});
  if (outgoing.destroyed) return leave();
  outgoing.once("close", leave);
  const early: Chunk[] = [];
  const soon = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
  let pending = reader.read();
  for (let reads = 0; reads < EARLY_READS; reads += 1) {
    const read = await Promise.race([pending, soon]);
    if (!read) break;
    if (read.done) {
      setHead();
      return void outgoing.end(Buffer.concat(early));
    }
    early.push(read.value);
    pending = reader.read();
  }
  setHead();
  flushHead(outgoing);
  const sink: Writable = outgoing;
  for (const chunk of early) sink.write(chunk);
  const failed = new Promise<never>((_, reject) => void reader.closed.catch(reject));
  // It may fail when nobody waits for it.
  failed.catch(() => {});
  for (;;) {
    const { done, value } = await pending;
    if (done) return void sink.end();
    // Nobody reads the body meanwhile, so its failure is seen here.
    if (!sink.write(value)) await Promise.race([drained(sink), failed]);
    pending = reader.read();
  }
}

function flushHead(outgoing: Outgoing): void {
  if ("flushHeaders" in outgoing) outgoing.flushHeaders();
  else outgoing.writeHead(outgoing.statusCode);
}

/** Resolves when the client has read what was written, or has left. */
async function drained(sink: Writable): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([once(sink, "drain", over), once(sink, "close", over)]);
  } finally {
    over.abort();
  }
}
