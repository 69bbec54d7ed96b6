// Changes on their way: of this process, of others, and by a bus that fails.
import { AuthzError } from "@kinde-cerbos/core";
import { createEvents, createGateway, createMemoryBus, type EventBus, type EventsLogLine } from "@kinde-cerbos/server";
import { describe, expect, test, vi } from "vitest";
import { API, APP, ISSUER } from "../keys.ts";
import { liveWorld, seconds } from "./page.ts";

/** A bus that can be harmed. */
interface HarmedBus extends EventBus {
  readonly messages: string[];
  onMessage: (message: string) => void;
  onMissed: () => void;
}
function harmedBus(changes: Partial<EventBus> = {}): HarmedBus {
  const bus: HarmedBus = {
    ...createMemoryBus(),
    messages: [],
    onMessage: () => {},
    onMissed: () => {},
    publish: async (message) => void bus.messages.push(message),
    subscribe(onMessage, onMissed) {
      Object.assign(bus, { onMessage, onMissed });
      return () => {};
    },
    ...changes,
  };
  return bus;
}

const fails = (): never => {
  throw new Error("down");
};

describe("several processes", () => {
  test("hear of each other's changes, each once", async () => {
    const bus = createMemoryBus();
    using first = liveWorld({ bus });
    using second = liveWorld({ bus });
    await using page = await first.open({ iat: seconds() - 600 });
    await using other = await second.open({ iat: seconds() - 600 });
    await first.events.rightsChanged({ subject: "kp_alice" });
    await second.events.policiesChanged({ kinds: ["document"] });
    for (const one of [page, other]) {
      expect([await one.next(), await one.next(), await one.next()]).toMatchObject([
        { event: "hello" },
        { data: { outdated: "rights" } },
        { data: { outdated: "policies", kinds: ["document"] } },
      ]);
    }
    expect(second.events.isRevoked({ sub: "kp_alice", iat: seconds() - 1 })).toBe(true);
  });

  test("take over what another one has refreshed", async () => {
    const bus = createMemoryBus();
    const refreshClaims = vi.fn<() => Promise<void>>(async () => {});
    using first = liveWorld({ bus, refreshClaims });
    using second = liveWorld({ bus, refreshClaims });
    await using page = await first.open({ iat: seconds() - 600 });
    await first.events.rightsChanged({ subject: "kp_alice", areClaimsCached: true });
    await page.next();
    await page.next();
    await using other = await second.open({ iat: seconds() - 600 });
    await other.next();
    expect(await other.next()).toMatchObject({ data: { outdated: "rights" } });
    expect(refreshClaims).toHaveBeenCalledOnce();
  });
});

describe("a bus", () => {
  test("that may have lost changes outdates everything on every page, and what was kept for others", async () => {
    const lines: EventsLogLine[] = [];
    const bus = harmedBus();
    using world = liveWorld({ bus, log: (line) => lines.push(line) });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
    await using page = await world.open();
    const hello = await page.next();
    vi.setSystemTime(Date.now() + 60_000);
    bus.onMissed();
    expect(await page.next()).toMatchObject({ data: { outdated: "everything", issuedUntil: seconds() } });
    expect(lines).toEqual([{ problem: "bus_missed" }]);
    await using back = await world.open({ headers: { "last-event-id": hello?.id ?? "" } });
    expect([await back.next(), await back.next()]).toMatchObject([{}, { data: { outdated: "everything" } }]);
    vi.useRealTimers();
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"id":"1","what":"claims"}',
    '{"id":"","what":"policies"}',
    '{"what":"policies"}',
  ])("that brings %s is reported, and nothing is sent", async (message) => {
    const lines: EventsLogLine[] = [];
    const bus = harmedBus();
    using world = liveWorld({ bus, log: (line) => lines.push(line) });
    await using page = await world.open();
    bus.onMessage(message);
    expect(lines).toEqual([{ problem: "message_invalid" }]);
    bus.onMessage('{"id":"1","what":"policies"}');
    bus.onMessage('{"id":"1","what":"policies","kinds":["twice"]}');
    bus.onMessage('{"id":"2","what":"policies","kinds":["last"]}');
    expect([await page.next(), await page.next(), await page.next()]).toMatchObject([
      { event: "hello" },
      { data: { outdated: "policies" } },
      { data: { kinds: ["last"] } },
    ]);
  });

  test.each<[string, () => Promise<void>]>([
    ["rejects", () => Promise.reject(new Error("redis://user:secret@host"))],
    [
      "throws",
      () => {
        throw new Error("redis://user:secret@host");
      },
    ],
  ])("that %s tells the caller and its own pages", async (_, publish) => {
    const lines: EventsLogLine[] = [];
    using world = liveWorld({ bus: harmedBus({ publish }), log: (line) => lines.push(line) });
    await using page = await world.open({ iat: seconds() - 600 });
    await expect(world.events.rightsChanged()).rejects.toThrow("secret");
    expect([await page.next(), await page.next()]).toMatchObject([{}, { data: { outdated: "rights" } }]);
    expect(lines).toEqual([{ problem: "bus_failed", error: "Error" }]);
  });

  test("that cannot subscribe or unsubscribe, and a log that throws, end nothing", async () => {
    const log = vi.fn<() => void>(fails);
    using world = liveWorld({ bus: harmedBus({ subscribe: fails }), log });
    await using page = await world.open();
    await world.events.policiesChanged();
    expect([await page.next(), await page.next()]).toMatchObject([{}, { event: "outdated" }]);
    createEvents({ bus: harmedBus({ subscribe: () => fails }), log }).close();
    expect(log.mock.calls).toEqual(Array.from({ length: 2 }, () => [{ problem: "bus_failed", error: "Error" }]));
  });

  test("is told by console.error without a log, and only if there are pages", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const bus = harmedBus();
    using world = liveWorld({ bus });
    expect(world.events.bus).toBe(bus);
    bus.onMissed();
    expect(error).not.toHaveBeenCalled();
    await using page = await world.open();
    bus.onMissed();
    expect([await page.next(), await page.next()]).toMatchObject([{}, { data: { outdated: "everything" } }]);
    expect(error).toHaveBeenCalledExactlyOnceWith('{"source":"kinde-cerbos events","problem":"bus_missed"}');
    error.mockRestore();
  });
});

describe("what is not accepted", () => {
  test.each<[string, object]>([
    ["heartbeatMs", { heartbeatMs: 99 }],
    ["heartbeatMs", { heartbeatMs: 60_001 }],
    ["heartbeatMs", { heartbeatMs: "15000" }],
    ["maxStreams", { maxStreams: 0 }],
    ["maxStreamsPerSubject", { maxStreamsPerSubject: 0.5 }],
    ["spreadMsPerStream", { spreadMsPerStream: -1 }],
    ["maxSpreadMs", { maxSpreadMs: 600_001 }],
    ["replay", { replay: -1 }],
    ["tokenLifetimeMs", { tokenLifetimeMs: 59_999 }],
    ["now", { now: 0 }],
    ["log", { log: "console" }],
    ["refreshClaims", { refreshClaims: {} }],
    ["bus", { bus: {} }],
    ["bus", { bus: null }],
    ['Did you mean "heartbeatMs"', { heartBeatMs: 1000 }],
  ])("createEvents names %s: %j", (name, options) => {
    const create = (): unknown => Reflect.apply(createEvents, undefined, [options]);
    expect(create).toThrow(AuthzError);
    expect(create).toThrow(name);
  });

  test.each<[string, unknown]>([
    ["policiesChanged", { kinds: "document" }],
    ["policiesChanged", { kinds: [""] }],
    ["policiesChanged", { kinds: Array(1001).fill("a") }],
    ["policiesChanged", { kind: ["document"] }],
    ["policiesChanged", null],
    ["rightsChanged", { subject: "" }],
    ["rightsChanged", { subject: null }],
    ["rightsChanged", { organization: 1 }],
    ["rightsChanged", { at: Number.NaN }],
    ["rightsChanged", { at: "now" }],
    ["rightsChanged", { areClaimsCached: "true" }],
    ["rightsChanged", { sub: "kp_alice" }],
  ])("%s rejects %j, and tells nobody", async (name, change) => {
    const bus = harmedBus();
    using world = liveWorld({ bus });
    const report: unknown = Reflect.get(world.events, name);
    const rejected: unknown = typeof report === "function" ? report(change) : undefined;
    await expect(rejected).rejects.toMatchObject({ code: "invalid_option" });
    expect(bus.messages).toEqual([]);
  });

  test.each([null, {}, true, "events", { policiesChanged() {} }])("a gateway takes no events like %j", (events) => {
    const options = { issuer: ISSUER, audience: API, clientId: APP, pdp: "http://pdp.test", events };
    const create = (): unknown => Reflect.apply(createGateway, undefined, [options]);
    expect(create).toThrow("events must be what createEvents() returned");
  });
});
