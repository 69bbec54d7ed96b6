import { type Session } from "@kinde-cerbos/core";
import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { type QueryClient } from "@tanstack/react-query";
import { ownerOf } from "../cache/cache-owner.ts";
import { decisionFilters, KEY_PREFIX } from "../cache/decision-query.ts";
import { invalidateDecisions } from "../cache/invalidate-decisions.ts";
import { Budget } from "./budget.ts";
import { type KeyedEvent, Pending } from "./pending.ts";
import { type Renewal, renewalBudget, renewUntil } from "./renewal.ts";

/**
 * Options for {@link createOutdating}: events outdate the decisions of a PDP in a cache, and the token of a session.
 */
export interface OutdateOptions extends Renewal {
  readonly queryClient: QueryClient;
  readonly pdpName: string;
  /** Returns the session that the page shows; `null` while there is none. */
  readonly session: () => Session | null;
  /** Whether the source's token has the rights of this session. */
  readonly isCurrent: (session: Session) => boolean;
}

/** Applies events, each after its delay. */
export interface Outdating {
  take(event: KeyedEvent): void;
  /** Resolves once no token is about to be replaced. */
  settled(): Promise<void>;
  /** Whether some events are not applied yet. */
  isBusy(): boolean;
}

/** Messages of other tabs may be forged, and each event costs requests, so a flood of them is slowed down. */
const RECHECKS = 5;
const RECHECK_EVERY_MS = 2000;

export function createOutdating(options: OutdateOptions): Outdating {
  const { queryClient, pdpName, session, isCurrent, isOwn, source, signal } = options;

  /** Outdates decisions of these kinds, or of all. Decisions not on the screen are checked when they are needed. */
  const outdate = (kinds: ReadonlySet<string> | null, owner: number | null): void => {
    for (const query of queryClient.getQueryCache().findAll(decisionFilters({ pdpName }))) {
      const isOfKind = kinds === null || kinds.has(String(query.queryKey[3]));
      if (isOfKind && (owner === null || query.meta?.[KEY_PREFIX] === owner)) query.invalidate();
    }
  };
  /** Checks the decisions on the screen again, unless another provider of the page has already done so. */
  const recheck = (events: readonly KeyedEvent[], of: Session | null): void => {
    const scope = { pdpName, ...(of && { sessionId: of.id }) };
    const news = events.filter(({ key }) => isFirst(queryClient, JSON.stringify([scope, key])));
    const kinds = kindsOf(news);
    if (!kinds) return void invalidateDecisions(queryClient, scope);
    for (const kind of kinds) void invalidateDecisions<string>(queryClient, { ...scope, kind });
  };

  const policies = new Pending(new Budget(RECHECKS, RECHECK_EVERY_MS), signal, (events) => {
    outdate(kindsOf(events), null);
    recheck(events, session());
  });

  const rights = new Pending(renewalBudget, signal, async (events) => {
    const before = session();
    const until = events.reduce((latest, { issuedUntil = -Infinity }) => Math.max(latest, issuedUntil), -Infinity);
    if (until > -Infinity) await renewUntil(until, options);
    if (signal.aborted || !isOwn(source().getSnapshot())) return;
    const isEverything = events.some(({ outdated }) => outdated === "everything");
    outdate(null, before && !isEverything ? ownerOf(before) : null);
    // With other rights, the page shows no earlier decision.
    if (before && isCurrent(before)) recheck(events, before);
  });

  return {
    take: (event) => (event.outdated === "policies" ? policies : rights).add(event),
    settled: () => rights.settled(),
    isBusy: () => policies.isBusy || rights.isBusy,
  };
}

/** The kinds that events name; `null` for all. */
function kindsOf(events: readonly LiveEvent[]): ReadonlySet<string> | null {
  const kinds = events.map((event) => event.kinds);
  return kinds.includes(undefined) ? null : new Set(kinds.flatMap((some) => some ?? []));
}

/** The latest events that the providers of the page have applied, by cache. */
const doneIn = new WeakMap<QueryClient, Set<string>>();
const MAX_DONE = 100;

function isFirst(queryClient: QueryClient, what: string): boolean {
  const done = doneIn.get(queryClient) ?? new Set();
  doneIn.set(queryClient, done);
  if (done.has(what)) return false;
  done.add(what);
  for (const oldest of done) {
    if (done.size <= MAX_DONE) break;
    done.delete(oldest);
  }
  return true;
}
