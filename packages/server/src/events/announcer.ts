import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { type EventStream } from "./event-stream.ts";
import { type EventsSettings } from "./events-options.ts";
import { type PolicyChange } from "./replay.ts";
import { spreadDelay } from "./spread.ts";
import { sseText } from "./sse-text.ts";

/** Tells pages what is outdated. */
export interface Announcer {
  /** `pages`: how many pages hear of it at about this time, over which they are spread. */
  readonly policies: (streams: readonly EventStream[], changes: readonly PolicyChange[], pages: number) => void;
  /** Tokens that were issued up to then, in seconds, are outdated, and their streams end. */
  readonly rights: (streams: readonly EventStream[], issuedUntil: number) => void;
  /** Changes were missed. */
  readonly everything: (streams: readonly EventStream[], pages: number) => void;
}

/** How long a stream with an outdated token stays after its page should have a new one, in ms. */
const RENEWAL_MS = 5000;
/** Pages that reconnect after something was missed are taken to be at least so many, in ms of spread. */
const MISSED_SPREAD_MS = 2000;
/** Names of kinds take so many characters at most; beyond, all kinds count as changed. */
const MAX_KINDS_LENGTH = 4096;

/** Makes one for the streams of this process. */
export function createAnnouncer(settings: EventsSettings): Announcer {
  const { now, maxSpreadMs } = settings;
  const send = (stream: EventStream, event: LiveEvent): void => stream.send(sseText.outdated(String(now()), event));
  /** A token of the same second would count as one from before: wait for the next. */
  const untilNextSecond = (second: number): number => Math.max(0, (second + 1) * 1000 - now());
  return {
    policies(streams, changes, pages) {
      const kinds = kindsOf(changes);
      for (const stream of streams) {
        const allowed = kinds?.filter(stream.request.isKindAllowed);
        if (allowed?.length === 0) continue;
        const delayMs = spreadDelay(pages, settings);
        send(stream, { outdated: "policies", ...(allowed && { kinds: allowed }), delayMs });
      }
    },
    rights(streams, issuedUntil) {
      for (const stream of streams) {
        const delayMs = untilNextSecond(issuedUntil) + spreadDelay(streams.length, settings);
        send(stream, { outdated: "rights", issuedUntil, delayMs });
        if ((stream.request.issuedAt ?? 0) <= issuedUntil) stream.endAt(now() + delayMs + RENEWAL_MS);
      }
    },
    everything(streams, pages) {
      const issuedUntil = Math.floor(now() / 1000);
      for (const stream of streams) {
        const least = Math.min(MISSED_SPREAD_MS, maxSpreadMs);
        const spread = Math.max(spreadDelay(pages, settings), Math.floor(Math.random() * least));
        send(stream, { outdated: "everything", issuedUntil, delayMs: untilNextSecond(issuedUntil) + spread });
      }
    },
  };
}

/** The kinds of all changes, each once; `undefined` for all kinds. */
function kindsOf(changes: readonly PolicyChange[]): readonly string[] | undefined {
  const kinds = new Set<string>();
  for (const change of changes) {
    if (change.kinds === undefined) return undefined;
    for (const kind of change.kinds) kinds.add(kind);
  }
  const names = [...kinds];
  return JSON.stringify(names).length > MAX_KINDS_LENGTH ? undefined : names;
}
