import { hasMethods, requireOption } from "@kinde-cerbos/core/internal";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { requireFunctions, requireIntegers } from "../option.ts";
import { type EventBus } from "./event-bus.ts";
import { type EventsLog } from "./events-log.ts";
import { createMemoryBus } from "./memory-bus.ts";

/** Options of {@link createEvents}. */
export interface EventsOptions {
  /** How several processes tell each other of changes. Default: {@link createMemoryBus}, for one process. */
  readonly bus?: EventBus | undefined;
  /**
   * Ends Kinde's cache of the claims of a user, given by `sub`, such as `createKindeManagement(…).refreshClaims`. It is
   * called for the users with an open page whom a change with `areClaimsCached` concerns, once per user and change, at
   * most 8 at a time, and up to 3 times if it fails. Their pages hear of the change afterwards. Default: none, and
   * pages hear of it at once.
   */
  readonly refreshClaims?: ((subject: string) => Promise<void>) | undefined;
  /** Something is sent on each stream at least this often, in ms. 100 to 60000. Default: 15000. */
  readonly heartbeatMs?: number | undefined;
  /** Open streams in this process; one more is refused with 429. Default: 10000. */
  readonly maxStreams?: number | undefined;
  /** Of these, how many one user may have; one more is refused with 429. Default: 10. */
  readonly maxStreamsPerSubject?: number | undefined;
  /** How much each page that hears of an event adds to the time over which they all react, in ms. Default: 2. */
  readonly spreadMsPerStream?: number | undefined;
  /** Longest such time, in ms. Default: 60000. */
  readonly maxSpreadMs?: number | undefined;
  /** Policy changes that are kept for pages that reconnect. Default: 1000. */
  readonly replay?: number | undefined;
  /**
   * How long your access tokens are valid, as set in Kinde, in ms: a change of rights is remembered for as long. One
   * minute to 31 days. Default: 86400000, which is 24 hours.
   */
  readonly tokenLifetimeMs?: number | undefined;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Gets a line for each problem. Default: it goes to `console.error`, as JSON. */
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
