import { type KindeClaims } from "@kinde-cerbos/core";
import { createAnnouncer } from "./announcer.ts";
import { createChangeChannel } from "./change-channel.ts";
import { type IdentifiedChange } from "./change.ts";
import { createClaimsRefresher } from "./claims-refresher.ts";
import { type EventBus } from "./event-bus.ts";
import { type StreamRequest } from "./event-stream.ts";
import { createReport } from "./events-log.ts";
import { type EventsOptions, eventsSettingsOf } from "./events-options.ts";
import { createReplay } from "./replay.ts";
import { type PoliciesChange, readPoliciesChange, readRightsChange, type RightsChange } from "./reported-change.ts";
import { createRights, isCached } from "./rights.ts";
import { sseText } from "./sse-text.ts";
import { type OpenStream, withStreams } from "./stream-opener.ts";
import { createStreams } from "./streams.ts";

/** Events of an application: tells open pages and the gateways of other processes what has changed. */
export interface Events {
  /**
   * Tells every open page that policies have changed, so that it repeats the checks on the screen. Call it once the PDP
   * uses the new policies. Rejects if other processes could not be told.
   *
   * @throws AuthzError `invalid_option` if a field of `change` is unknown, or has the wrong type or value
   */
  policiesChanged(change?: PoliciesChange): Promise<void>;
  /**
   * Tells the affected open pages that roles, permissions or flags have changed, so that they get a new token. Rejects
   * if other processes could not be told.
   *
   * @throws AuthzError `invalid_option` if a field of `change` is unknown, or has the wrong type or value
   */
  rightsChanged(change?: RightsChange): Promise<void>;
  /**
   * Returns whether a token is older than a change of rights that affects it. Use it as the option `isRevoked` of the
   * gateway and the enforcer to refuse such tokens at once. It knows only changes since this process started, each for
   * `tokenLifetimeMs`. Beyond 100,000 changes, the oldest count as changes for everybody.
   */
  readonly isRevoked: (claims: KindeClaims) => boolean;
  /** The bus in use: the one of the option, or the default one. */
  readonly bus: EventBus;
  /**
   * Ends all streams and unsubscribes from the bus. Call it before you close a server: an open stream would keep it
   * running.
   */
  close(): void;
}

/**
 * Creates the events of an application. Give them to the option `events` of the gateway, and call them when something
 * changes, or connect Kinde's webhooks and a watcher of policies.
 *
 * A page only learns that something is outdated. An event contains no claim, attribute or policy, and allows nothing.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createEvents(options: EventsOptions = {}): Events {
  const settings = eventsSettingsOf(options);
  const { bus, refreshClaims, heartbeatMs, now } = settings;
  const report = createReport(settings.log);
  /** The id of what is sent now. */
  const id = (): string => String(now());
  const streams = createStreams(settings, { heartbeatMs, heartbeat: () => sseText.heartbeat(id()), now });
  const announce = createAnnouncer(settings);
  const replay = createReplay(settings);
  const rights = createRights(settings);

  const onChange = (change: IdentifiedChange): void => {
    const concerned = streams.concernedBy(change);
    if (change.what === "policies") {
      replay.add(change);
      return announce.policies(concerned, [change], concerned.length);
    }
    const outdatedUntil = rights.add(change);
    if (!isCached(change, refreshClaims)) return announce.rights(concerned, outdatedUntil);
    for (const { request } of concerned) refreshIfDue(request);
  };
  const onMissed = (): void => {
    replay.forget();
    // As when a bus begins: nobody was there to miss anything.
    if (streams.size() === 0) return;
    report("bus_missed");
    announce.everything(streams.all(), streams.size());
  };
  /** From now on, Kinde's next token is right, and older ones are not. */
  const onRefreshed = (subject: string): void =>
    void channel.publish({ what: "rights", subject, at: now() }).catch(() => {});
  const refresher = createClaimsRefresher({ refreshClaims, onRefreshed }, report);
  const refreshIfDue = (request: StreamRequest): void => {
    const changedAt = rights.refreshDue(request);
    if (changedAt !== null) refresher.refresh(request.subject, changedAt);
  };
  const channel = createChangeChannel(bus, { onChange, onMissed }, report);

  const openStream: OpenStream = (request) => {
    const stream = streams.open(request);
    stream.send(sseText.hello(id(), { heartbeatMs }));
    const missed = request.lastEventId === null ? [] : replay.since(request.lastEventId);
    const outdatedUntil = rights.outdatedUntil(request);
    if (missed === null) announce.everything([stream], streams.size());
    else if (missed.length > 0) announce.policies([stream], missed, streams.size());
    if ((request.issuedAt ?? 0) <= outdatedUntil) announce.rights([stream], outdatedUntil);
    refreshIfDue(request);
    return stream.body;
  };

  const events: Events = {
    bus,
    policiesChanged: async (change = {}) => channel.publish(readPoliciesChange(change)),
    rightsChanged: async (change = {}) => channel.publish(readRightsChange(change, now())),
    isRevoked: ({ sub, org_code: organization, iat }) =>
      rights.isOutdated({ subject: sub, organization, issuedAt: iat }),
    close() {
      channel.close();
      refresher.close();
      streams.close();
    },
  };
  return withStreams(events, openStream);
}
