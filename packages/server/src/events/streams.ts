import { Refusal } from "../refusal.ts";
import { type IdentifiedChange } from "./change.ts";
import { createEventStream, type EventStream, type StreamLife, type StreamRequest } from "./event-stream.ts";
import { type EventsSettings } from "./events-options.ts";

/** All open streams of this process. */
export interface Streams {
  /** @throws Refusal `too_busy` if there are too many, or this process is about to end; `aborted` */
  readonly open: (request: StreamRequest) => EventStream;
  readonly all: () => readonly EventStream[];
  /** The streams whose user and organization a change concerns. */
  readonly concernedBy: (change: IdentifiedChange) => readonly EventStream[];
  readonly size: () => number;
  readonly close: () => void;
}

/** When a page may try again, in ms. */
const RETRY_AFTER_MS = 30_000;

/** Creates the set of open streams. It limits their number, in all and for each user. */
export function createStreams(
  { maxStreams, maxStreamsPerSubject }: EventsSettings,
  life: Omit<StreamLife, "onEnd">,
): Streams {
  const bySubject = new Map<string, Set<EventStream>>();
  let size = 0;
  let isClosed = false;

  const remove = (stream: EventStream): void => {
    const { subject } = stream.request;
    const own = bySubject.get(subject);
    if (!own?.delete(stream)) return;
    size -= 1;
    if (own.size === 0) bySubject.delete(subject);
  };
  const all = (): EventStream[] => [...bySubject.values()].flatMap((own) => Array.from(own));
  return {
    open(request) {
      if (request.signal.aborted) throw new Refusal("aborted", "The client has left.");
      const own = bySubject.get(request.subject) ?? new Set();
      if (isClosed) throw tooBusy("This server is shutting down. Open the stream of events again.");
      if (own.size >= maxStreamsPerSubject) throw tooBusy("You have too many streams of events. Close one.");
      if (size >= maxStreams) throw tooBusy("Too many streams of events are open. Try again later.");
      const stream = createEventStream(request, { ...life, onEnd: remove });
      bySubject.set(request.subject, own.add(stream));
      size += 1;
      return stream;
    },
    all,
    concernedBy(change) {
      if (change.what === "policies") return all();
      const { subject, organization } = change;
      const streams = subject === undefined ? all() : [...(bySubject.get(subject) ?? [])];
      return streams.filter(({ request }) => organization === undefined || request.organization === organization);
    },
    size: () => size,
    close() {
      isClosed = true;
      for (const { end } of all()) end();
    },
  };
}

function tooBusy(message: string): Refusal {
  return new Refusal("too_busy", message, { retryAfterMs: RETRY_AFTER_MS });
}
