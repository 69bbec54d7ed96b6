import { LONGEST_TIMER_MS } from "@kinde-cerbos/core/internal";
import { type TokenAge } from "./rights.ts";

/** A request for a stream: the user, and until when it may be open. */
export interface StreamRequest extends TokenAge {
  readonly subject: string;
  /** When the token ends, in ms since the epoch. */
  readonly endsAt: number;
  /** The header `Last-Event-ID`; `null` if there is none. */
  readonly lastEventId: string | null;
  /** Whether the names of kinds may be told. */
  readonly isKindAllowed: (kind: string) => boolean;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

/** An open stream to one page. */
export interface EventStream {
  readonly request: StreamRequest;
  /** The body of the response. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly send: (text: string) => void;
  /** Ends it then, unless it ends before. In ms since the epoch. */
  readonly endAt: (time: number) => void;
  readonly end: () => void;
}

/** How a stream is kept alive, and what follows its end. */
export interface StreamLife {
  readonly heartbeatMs: number;
  readonly heartbeat: () => string;
  /** Runs once, however it ends. */
  readonly onEnd: (stream: EventStream) => void;
  readonly now: () => number;
}

/** Bytes that wait for a client. A client that has not read so many is too slow, and is closed. */
const MAX_WAITING_BYTES = 16_384;

const encoder = new TextEncoder();

/** Opens a stream. It ends with the token, when the client leaves or does not read, and when the server ends it. */
export function createEventStream(
  request: StreamRequest,
  { heartbeatMs, heartbeat, onEnd, now }: StreamLife,
): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  let endTimer: ReturnType<typeof setTimeout> | undefined;
  let endsAt = Infinity;

  /** Gives everything back, and returns what is still to be ended; `undefined` if it is over. */
  const finish = (): typeof controller => {
    const open = controller;
    if (!open) return undefined;
    controller = undefined;
    clearInterval(beat);
    clearTimeout(endTimer);
    request.signal.removeEventListener("abort", end);
    onEnd(stream);
    return open;
  };
  const end = (): void => finish()?.close();

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(started) {
        controller = started;
      },
      cancel: () => void finish(),
    },
    { highWaterMark: MAX_WAITING_BYTES, size: ({ byteLength }) => byteLength },
  );
  const stream: EventStream = {
    request,
    body,
    send(text) {
      const bytes = encoder.encode(text);
      if (bytes.byteLength <= (controller?.desiredSize ?? 0)) controller?.enqueue(bytes);
      // Waiting bytes are dropped.
      else finish()?.error(new DOMException("The client does not read its events.", "AbortError"));
    },
    endAt(time) {
      if (!controller || time >= endsAt) return;
      endsAt = time;
      clearTimeout(endTimer);
      endTimer = setTimeout(end, Math.min(Math.max(0, time - now()), LONGEST_TIMER_MS));
    },
    end,
  };
  const beat = setInterval(() => stream.send(heartbeat()), heartbeatMs);
  stream.endAt(request.endsAt);
  request.signal.addEventListener("abort", end);
  return stream;
}
