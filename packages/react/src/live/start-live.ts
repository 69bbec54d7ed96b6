import { claimsIn, type Fields, fieldsOf, isName, readLiveEvent } from "@kinde-cerbos/core/internal";
import { tokenIn } from "../sources/token-in.ts";
import { type TokenSnapshot } from "../sources/token-source.ts";
import { keepStream } from "./keep-stream.ts";
import { type LiveUser, liveUserOf } from "./live-user.ts";
import { createOutdating, type OutdateOptions } from "./outdate.ts";
import { isInView, onViewChange } from "./page-view.ts";
import { isIssuedAfter, replaceToken } from "./renewal.ts";
import { createTabLead } from "./tab-lead.ts";

export { replaceToken } from "./renewal.ts";

/** Options for {@link startLive}. */
export interface LiveOptions extends Omit<OutdateOptions, "isOwn"> {
  /** Address of the gateway, whole. */
  readonly address: string;
  readonly user: LiveUser;
  /** Kept if the page starts again for the same user. */
  readonly memory: { current: LiveMemory | null };
  /** Whether a developer is told if the gateway has no events. */
  readonly isDevelopment: boolean;
}

/** How far a page has followed the events of an address and a user. */
export interface LiveMemory {
  of: string;
  lastEventId: string;
  /**
   * Whether another tab's stream began at another event, so that this tab may have missed some. `lastEventId` then
   * stays as it is until this tab's own stream begins.
   */
  isBehind: boolean;
  /** The last change of rights, also for new tabs: a gateway only compares the token of the tab that has the stream. */
  rights: Fields | null;
}

/** Gateways without events: they are not asked again before the page is loaded again. */
const absent = new Set<string>();

/**
 * Follows a gateway's events until the signal is aborted: while the page is in view, and with one stream for all tabs.
 */
export async function startLive({ address, user, isDevelopment, ...options }: LiveOptions): Promise<void> {
  const { source, signal } = options;
  const isOwn = (snapshot: TokenSnapshot): boolean => userIn(snapshot) === user;
  const name = `kinde-cerbos:live:${await digest(JSON.stringify([address, user]))}`;
  if (options.memory.current?.of !== name) {
    options.memory.current = { of: name, lastEventId: "", isBehind: false, rights: null };
  }
  const memory = options.memory.current;
  /** The id before the first event that is not applied yet. */
  let doneId = memory.lastEventId;
  signal.addEventListener("abort", () => {
    // These events are not applied. A page that starts again for the same user gets them again.
    if (outdating.isBusy()) Object.assign(memory, { lastEventId: doneId, rights: null });
  });
  const outdating = createOutdating({ ...options, isOwn });

  /** Notes how far the page has followed. */
  const reach = (id: unknown): void => {
    if (isId(id) && !memory.isBehind) memory.lastEventId = id;
  };
  /**
   * Takes an event and ignores anything else. If `isOld`, another tab tells of it: it may be known, a tab that is behind
   * may tell of an older one, and a token that is newer than the event already has its rights.
   */
  const take = (id: unknown, data: unknown, isOld = false): boolean => {
    const event = isId(id) && typeof data === "string" ? readLiveEvent(data) : null;
    if (!event) return false;
    const known = memory.rights;
    // An id is the time at which an event was sent: two may have the same one.
    const isKnown = known?.["id"] === id && known?.["data"] === data;
    if (isOld && known && (isKnown || !(Number(id) >= Number(known["id"])))) return false;
    if (event.outdated !== "policies") memory.rights = { id, data };
    if (isOld && isIssuedAfter(source().getSnapshot(), event.issuedUntil ?? 0)) return false;
    if (!outdating.isBusy()) doneId = memory.lastEventId;
    outdating.take({ ...event, key: `${String(id)} ${String(data)}` });
    return true;
  };
  const onMessage = ({ id, data, isNew, start, began, rights }: Fields): void => {
    if (isNew === true && memory.lastEventId !== "") tabs.tell({ start: memory.lastEventId, rights: memory.rights });
    const change = fieldsOf(rights);
    if (start !== undefined) take(change["id"], change["data"], true);
    begin(start ?? began);
    memory.isBehind ||= began !== undefined && began !== memory.lastEventId;
    take(id, data);
    reach(id);
  };
  const tabs = createTabLead(name, onMessage, signal);
  // A new tab may be the next one to have the stream. It begins where the others are, so that it misses no event.
  const begin = (id: unknown): void => {
    if (memory.lastEventId === "") reach(id);
  };
  tabs.tell({ isNew: true });

  const read = async (until: AbortSignal): Promise<void> => {
    let opened = "";
    const isThere = await keepStream({
      address,
      signal: until,
      lastEventId: () => (opened = memory.lastEventId),
      ready: () => outdating.settled(),
      token: () => {
        const snapshot = source().getSnapshot();
        return isOwn(snapshot) && snapshot.status === "signed_in" ? (snapshot.token ?? null) : undefined;
      },
      onRefused: async () => void (await replaceToken(source).catch(() => {})),
      onEvent: ({ type, id, data }) => {
        if (type === "hello") {
          memory.isBehind = false;
          // If the page knew an event, the missed ones arrive next.
          begin(id);
          tabs.tell({ began: opened || id });
        } else if (type === "outdated" && take(id, data)) {
          reach(id);
          tabs.tell({ id, data });
        }
      },
      onId: (id) => {
        reach(id);
        tabs.tell({ id });
      },
    });
    if (isThere || absent.has(address)) return;
    absent.add(address);
    if (isDevelopment) console.warn(absentWarning(address));
  };

  let end: AbortController | null = null;
  const look = (): void => {
    if (signal.aborted || !isInView() || absent.has(address)) {
      end?.abort();
      end = null;
    } else if (!end) {
      end = new AbortController();
      // A tab that comes back into view may have missed what the others were told, so it asks the server itself.
      void tabs.lead(read, end.signal, memory.lastEventId !== "");
    }
  };
  signal.addEventListener("abort", look);
  onViewChange(look, signal);
  look();
}

function userIn(snapshot: TokenSnapshot): LiveUser | null {
  const token = tokenIn(snapshot);
  try {
    return token ? liveUserOf(claimsIn(token)) : null;
  } catch {
    return null;
  }
}

/** It becomes a header. */
function isId(id: unknown): id is string {
  return isName(id) && /^[\x21-\x7e]{1,200}$/.test(id);
}

/** Other scripts and the browser's tools see names. A hash does not show who the user is. */
async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The page goes on without events. */
function absentWarning(address: string): string {
  return (
    `kinde-cerbos: PermissionsProvider has live, but ${address}/api/events is not an event stream. Live updates are ` +
    "off until the page is reloaded. Turn events on: createGateway({ …, events: createEvents() }) of " +
    "@kinde-cerbos/server. Or leave live out."
  );
}
