import { hasMethods, requireOption } from "@kinde-cerbos/core/internal";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { requireFunctions, requireIntegers } from "../option.ts";
import { type EventBus } from "./event-bus.ts";
import { type EventsLog } from "./events-log.ts";
import { createMemoryBus } from "./memory-bus.ts";

/** Options of `createEvents`. */
export interface EventsOptions {
  /** How several processes share changes. Default: {@link createMemoryBus}, for one process. */
  readonly bus?: EventBus | undefined;
  /**
   * Clears Kinde's cache of a user's claims, given the user's `sub`, such as `createKindeManagement(…).refreshClaims`.
   * It is called for each user with an open page whom a change with `areClaimsCached` affects: once per user and
   * change, at most 8 at a time, and up to 3 times if it fails. Their pages learn of the change afterwards. Default:
   * none, pages learn of it at once.
   */
  readonly refreshClaims?: ((subject: string) => Promise<void>) | undefined;
  /** How often a heartbeat is sent on each stream, in ms. 100 to 60000. Default: 15000. */
  readonly heartbeatMs?: number | undefined;
  /** Most open streams in this process, 1 to 1000000. One more is refused with 429. Default: 10000. */
  readonly maxStreams?: number | undefined;
  /** Most open streams of one user in this process, 1 to 10000. One more is refused with 429. Default: 10. */
  readonly maxStreamsPerSubject?: number | undefined;
  /**
   * Open pages react to an event at random times within a period. This is how much each page adds to that period, in
   * ms. 0 to 1000. Default: 2.
   */
  readonly spreadMsPerStream?: number | undefined;
  /** Longest period in which open pages react to an event, in ms. 0 to 600000. Default: 60000. */
  readonly maxSpreadMs?: number | undefined;
  /** How many policy changes are kept for pages that reconnect, 0 to 100000. Default: 1000. */
  readonly replay?: number | undefined;
  /**
   * How long your access tokens are valid, as set in Kinde, in ms. A change of rights is remembered for that long. One
   * minute to 31 days. Default: 86400000, which is 24 hours.
   */
  readonly tokenLifetimeMs?: number | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Called with a line for each problem. Default: it goes to `console.error`, as JSON. */
  readonly log?: EventsLog | undefined;
}

const NAMES: OptionNames<EventsOptions> = {
  bus: true,
  refreshClaims: true,
  heartbeatMs: true,
  maxStreams: true,
  maxStreamsPerSubject: true,
  spreadMsPerStream: true,
  maxSpreadMs: true,
  replay: true,
  tokenLifetimeMs: true,
  now: true,
  log: true,
};

const DAY_MS = 86_400_000;

/** The options, with their defaults. */
export interface EventsSettings {
  readonly bus: EventBus;
  readonly refreshClaims: ((subject: string) => Promise<void>) | undefined;
  readonly heartbeatMs: number;
  readonly maxStreams: number;
  readonly maxStreamsPerSubject: number;
  readonly spreadMsPerStream: number;
  readonly maxSpreadMs: number;
  readonly replay: number;
  readonly tokenLifetimeMs: number;
  readonly now: () => number;
  readonly log: EventsLog | undefined;
}

/** @throws AuthzError `invalid_option` */
export function eventsSettingsOf(options: EventsOptions): EventsSettings {
  requireKnownOptions(options, NAMES, "createEvents");
  const { now = () => Date.now(), refreshClaims, log } = options;
  requireFunctions({ now, refreshClaims, log });
  const { heartbeatMs = 15_000, maxStreams = 10_000, maxStreamsPerSubject = 10 } = options;
  const { spreadMsPerStream = 2, maxSpreadMs = 60_000, replay = 1000, tokenLifetimeMs = 86_400_000 } = options;
  const numbers = {
    heartbeatMs,
    maxStreams,
    maxStreamsPerSubject,
    spreadMsPerStream,
    maxSpreadMs,
    replay,
    tokenLifetimeMs,
  };
  requireIntegers(numbers, {
    heartbeatMs: [100, 60_000],
    maxStreams: [1, 1_000_000],
    maxStreamsPerSubject: [1, 10_000],
    spreadMsPerStream: [0, 1000],
    maxSpreadMs: [0, 600_000],
    replay: [0, 100_000],
    tokenLifetimeMs: [60_000, 31 * DAY_MS],
  });
  const { bus = createMemoryBus(now) } = options;
  requireOption(
    hasMethods(bus, ["publish", "subscribe", "claim", "release"]),
    "bus must be an event bus, such as createMemoryBus() or createRedisBus(…)",
  );
  return { ...numbers, bus, refreshClaims, now, log };
}
