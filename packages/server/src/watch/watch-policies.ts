import { fieldsOf, hasMethods, isName, requireOption } from "@kinde-cerbos/core/internal";
import { type ChokidarOptions, watch } from "chokidar";
import { describeError } from "../error-text.ts";
import { type Events } from "../events/events.ts";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { addressOf, requireFunctions, requireIntegers, secureAddressOf, type Send } from "../option.ts";
import { createWatchedPdp, type WatchedPdp } from "./watched-pdp.ts";

/** Options of {@link watchPolicies}. */
export interface WatchPoliciesOptions {
  /** The events that get the changes, from `createEvents`. */
  readonly events: Pick<Events, "policiesChanged">;
  /**
   * Address of the PDP, or of several. PDPs behind one load balancer are seen one at a time, so their changes are
   * noticed later.
   */
  readonly pdp: string | readonly string[];
  /** How often each PDP is checked for changes, in ms. 500 to 3600000. Default: 10000. */
  readonly intervalMs?: number | undefined;
  /**
   * For development: the folder of the PDP's disk storage. After a file in it is saved, the PDP reloads its policies
   * through its admin API. Needs `admin`. Default: none.
   */
  readonly folder?: string | undefined;
  /** User name and password of the PDP's admin API, `server.adminAPI` in its configuration. Needed for `folder`. */
  readonly admin?: { readonly username: string; readonly password: string } | undefined;
  /** Sends all requests. Default: the global `fetch`. */
  readonly fetch?: Send | undefined;
  /** Called with a sentence when a PDP stops answering, and when it did not load policies. Default: `console.error`. */
  readonly log?: ((text: string) => void) | undefined;
}

const WATCH_POLICIES_OPTIONS: OptionNames<WatchPoliciesOptions> = {
  events: true,
  pdp: true,
  intervalMs: true,
  folder: true,
  admin: true,
  fetch: true,
  log: true,
};

/**
 * A watcher of policies. It runs until it is closed or the process ends. It does not keep the process running, except
 * with `folder` on Windows.
 */
export interface PolicyWatcher {
  /** Resolves once it watches: every later change is reported. */
  readonly ready: Promise<void>;
  /** Stops the watcher. Resolves when everything has ended. */
  close(): Promise<void>;
}

/**
 * Tells `events` when a PDP has changed policies, once it decides with them.
 *
 * It reads the counters of each PDP at `/_cerbos/metrics`. With the default interval that is 6 requests a minute for
 * each PDP, each about 4 KB compressed (25 to 40 KB as text) and 5 ms. A policy that does not compile is not a change,
 * unless others compiled in the same interval. A restarted PDP counts as a change. PDPs that load policies from a
 * database do not count deletions: call `events.policiesChanged()` where you delete.
 *
 * With `folder`, a saved file is usually in effect and reported within a second. Cerbos' own `watchForChanges` takes 2
 * to 4 seconds.
 *
 * If your processes share a bus, one watcher is enough.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function watchPolicies(options: WatchPoliciesOptions): PolicyWatcher {
  requireKnownOptions(options, WATCH_POLICIES_OPTIONS, "watchPolicies");
  const { events, intervalMs = 10_000, folder, fetch: send = sendByFetch } = options;
  const { log: write = (text) => console.error(`kinde-cerbos: ${text}`) } = options;
  // It only watches. `async` turns what it throws at once into a rejection.
  const log = (text: string): void => void (async () => write(text))().catch(() => {});
  requireOption(hasMethods(events, ["policiesChanged"]), "events must be what createEvents returns");
  requireOption(folder === undefined || isName(folder), "folder must be the path of a folder");
  requireFunctions({ fetch: options.fetch, log: write });
  requireIntegers({ intervalMs }, { intervalMs: [500, 3_600_000] });
  const authorization = authorizationOf(options);
  const addresses = [options.pdp].flat().map((pdp) => (authorization ? secureAddressOf : addressOf)(pdp, "pdp"));
  requireOption(addresses.length > 0, "pdp must have an address");
  const pdps = addresses.map((address) => createWatchedPdp(addressOf(address, "pdp"), send, authorization));
  /** The PDPs whose last look failed. */
  const down = new Set<WatchedPdp>();

  /** A change that is not reported yet. */
  let isOwed = false;
  const visit = async (what: "look" | "reload"): Promise<void> => {
    const visits = pdps.map(async (pdp) => {
      try {
        if (await pdp[what]()) isOwed = true;
        down.delete(pdp);
      } catch (error) {
        if (what === "reload" || !down.has(pdp)) log(`Changes of policies cannot be seen: ${describeError(error)}`);
        if (what === "look") down.add(pdp);
      }
    });
    await Promise.all(visits);
    if (!isOwed) return;
    try {
      await events.policiesChanged();
      isOwed = false;
    } catch (error) {
      log(`A change of policies could not be reported, and will be tried again: ${describeError(error)}`);
    }
  };

  const queue = createQueue(visit);
  const first = queue("look");
  const timer = setInterval(() => void queue("look"), intervalMs);
  timer.unref();
  const files = folder === undefined ? undefined : watch(folder, WATCH_OPTIONS);
  files?.on("all", () => void queue("reload"));
  files?.on("error", (error) => log(`The folder of the policies cannot be watched: ${describeError(error)}`));
  const watching = new Promise<void>((resolve) => {
    if (files) files.on("ready", resolve);
    else resolve();
  });
  return {
    ready: (async () => {
      await first;
      await watching;
    })(),
    async close() {
      clearInterval(timer);
      await files?.close();
      await queue("end");
    },
  };
}

const WATCH_OPTIONS: ChokidarOptions = {
  ignoreInitial: true,
  // Editors write a file in steps.
  awaitWriteFinish: { stabilityThreshold: 50, pollInterval: 10 },
  // On Windows, deleting a folder would throw in a watcher that lets the process end: chokidar handles that error only
  // in the others.
  persistent: process.platform === "win32",
};

/** Runs one visit after the other. One that would be the same as the next in the queue is that one. */
function createQueue<Visit extends string>(visit: (what: Visit) => Promise<void>) {
  const waiting = new Map<Visit, Promise<void>>();
  let last = Promise.resolve();
  let hasEnded = false;
  return (what: Visit | "end"): Promise<void> => {
    if (what === "end") {
      hasEnded = true;
      return last;
    }
    const waits = waiting.get(what);
    if (waits) return waits;
    last = last.then(() => {
      waiting.delete(what);
      return hasEnded ? undefined : visit(what);
    });
    waiting.set(what, last);
    return last;
  };
}

function authorizationOf({ admin, folder }: WatchPoliciesOptions): string | undefined {
  requireOption(
    (admin === undefined) === (folder === undefined),
    "folder and admin must be given together, or neither",
  );
  if (admin === undefined) return undefined;
  const { username, password } = fieldsOf(admin);
  requireOption(
    isName(username) && !username.includes(":") && isName(password),
    "admin must be the username and password of the PDP's admin API",
  );
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

const sendByFetch: Send = (url, init) => globalThis.fetch(url, init);
