// What a page hears that was away, and a page whose token is older than a change.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { liveWorld, type LiveWorld, type OpenOptions, seconds } from "./page.ts";

const AT = 1_800_000_000_000;
/** Clocks of processes may differ by so much. */
const TOLERANCE = 5000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"], now: AT });
});
afterEach(() => {
  vi.useRealTimers();
});

const idle = async (): Promise<boolean> => new Promise((resolve) => setImmediate(resolve, false));

/** Opens a stream, and returns what is in it at once. */
async function opened(world: LiveWorld, options: OpenOptions = {}): Promise<object[]> {
  await using page = await world.open(options);
  while (await Promise.race([page.more(), idle()]));
  const events = page.text().matchAll(/^event: outdated\nid: \d+\ndata: (.*)$/gm);
  return Array.from(events, ([, data = ""]): object => JSON.parse(data));
}
const since = (id: number | string): OpenOptions => ({ headers: { "last-event-id": String(id) } });

describe("a page that reconnects", () => {
  test("hears of the policies that changed meanwhile, at once and in one event", async () => {
    using world = liveWorld();
    vi.setSystemTime(AT + 20_000);
    await world.events.policiesChanged({ kinds: ["document"] });
    vi.setSystemTime(AT + 40_000);
    await world.events.policiesChanged({ kinds: ["document", "note"] });
    expect(await opened(world, since(AT + 10_000))).toEqual([
      { outdated: "policies", kinds: ["document", "note"], delayMs: 0 },
    ]);
    expect(await opened(world, since(AT + 39_999))).toMatchObject([{ outdated: "policies" }]);
  });

  test("hears of no policy that changed before, and of all kinds if one change was of all", async () => {
    using world = liveWorld();
    vi.setSystemTime(AT + 20_000);
    await world.events.policiesChanged({ kinds: ["document"] });
    vi.setSystemTime(AT + 40_000);
    await world.events.policiesChanged();
    expect(await opened(world, since(AT + 10_000))).toEqual([{ outdated: "policies", delayMs: 0 }]);
    vi.setSystemTime(AT + 60_000);
    expect(await opened(world, since(AT + 50_000))).toEqual([]);
    expect(await opened(world)).toEqual([]);
  });

  test("hears it from the heartbeat on", async () => {
    using world = liveWorld({ heartbeatMs: 20_000 });
    await using page = await world.open();
    await page.next();
    await world.events.policiesChanged();
    await page.next();
    await vi.advanceTimersByTimeAsync(20_000);
    await page.more();
    const id = /:\nid: (\d+)\n\n$/.exec(page.text())?.[1] ?? "";
    expect(await opened(world, since(id))).toEqual([]);
  });

  test.each<[string, () => string]>([
    ["from before this process", () => String(AT - 1)],
    ["from the future", () => String(Date.now() + TOLERANCE + 1)],
    ["of something else", () => "7f9c24e8-3b12-4fef-91d2-8a1f5f5f5f5f"],
    ["of two", () => `${AT}, ${AT}`],
    ["of no integer", () => `${AT}.5`],
    ["of nothing", () => "0"],
    ["of very many digits", () => "9".repeat(400)],
  ])("hears that everything is outdated for an id %s", async (_, id) => {
    using world = liveWorld();
    vi.setSystemTime(AT + 60_400);
    expect(await opened(world, since(id()))).toEqual([
      { outdated: "everything", issuedUntil: 1_800_000_060, delayMs: 600 },
    ]);
  });

  test("hears that everything is outdated if what it missed is no longer kept", async () => {
    using world = liveWorld({ replay: 2 });
    vi.setSystemTime(AT + 10_000);
    await world.events.policiesChanged({ kinds: ["a"] });
    vi.setSystemTime(AT + 20_000);
    await world.events.policiesChanged({ kinds: ["b"] });
    vi.setSystemTime(AT + 30_000);
    await world.events.policiesChanged({ kinds: ["c"] });
    expect(await opened(world, since(AT + 10_000))).toMatchObject([{ outdated: "everything" }]);
    vi.setSystemTime(AT + 31_000);
    await world.events.policiesChanged({ kinds: ["d"] });
    expect(await opened(world, since(AT + 29_000))).toMatchObject([{ outdated: "policies", kinds: ["c", "d"] }]);
  });
});

describe("a page with a token from before a change of its rights", () => {
  const old = { iat: AT / 1000 - 600 };

  test.each<[string, { subject?: string; organization?: string }]>([
    ["its user", { subject: "kp_alice" }],
    ["its organization", { organization: "org_acme" }],
    ["both", { subject: "kp_alice", organization: "org_acme" }],
    ["everybody", {}],
  ])("hears of it at once, if it is of %s", async (_, change) => {
    using world = liveWorld();
    await world.events.rightsChanged({ ...change, at: AT - 100_000 });
    await world.events.rightsChanged({ ...change, at: AT - 200_000 });
    const told = [{ outdated: "rights", issuedUntil: 1_799_999_900, delayMs: 0 }];
    expect(await opened(world, old)).toEqual(told);
    expect(await opened(world, { ...old, ...since(AT + TOLERANCE) })).toEqual(told);
  });

  test.each<[string, object, OpenOptions]>([
    ["another user", { subject: "kp_bob" }, old],
    ["another organization", { organization: "org_b" }, old],
    ["the user in another organization", { subject: "kp_alice", organization: "org_b" }, old],
    ["the user, and its token is newer", { subject: "kp_alice", at: AT - 1 }, { iat: AT / 1000 }],
  ])("hears nothing if it is of %s", async (_, change, token) => {
    using world = liveWorld();
    await world.events.rightsChanged(change);
    expect(await opened(world, token)).toEqual([]);
  });

  test("hears of one in the second of its token, as nobody can tell which was first", async () => {
    using world = liveWorld();
    await world.events.rightsChanged({ subject: "kp_alice", at: AT + 1 });
    expect(await opened(world, { iat: AT / 1000 })).toMatchObject([{ issuedUntil: AT / 1000 }]);
  });

  test("hears nothing once no such token can live any more", async () => {
    using world = liveWorld({ tokenLifetimeMs: 60_000 });
    await world.events.rightsChanged({ subject: "kp_alice" });
    vi.setSystemTime(AT + 60_001);
    await world.events.rightsChanged({ subject: "kp_bob" });
    expect(await opened(world, { ...old, exp: seconds() + 600 })).toEqual([]);
  });
});
