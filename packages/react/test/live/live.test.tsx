// What a page does that follows a gateway's events.
import { AuthzError } from "@kinde-cerbos/core";
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { renewalBudget } from "../../src/live/renewal.ts";
import { loadLive } from "../../src/live/use-live.ts";
import { after, answerTo, askedOf, fakePdp, settle, SIGNATURE, tokenOf } from "../support.tsx";
import { FakeChannel, FakeGateway, type FakeLocks, stubTabs, unstubTabs } from "./fake-gateway.ts";
import { FakeIssuerOfTabs, renderLive } from "./live-page.tsx";

/** Each test has an hour of its own: a page remembers when it replaced a token. */
let now = Date.parse("2030-01-01T00:00:00Z");
const seconds = (ms = Date.now()): number => Math.floor(ms / 1000);

let gateway: FakeGateway;
let locks: FakeLocks;
let budget: MockInstance<() => number>;

beforeEach(async () => {
  await loadLive();
  vi.useFakeTimers({ now: (now += 3_600_000), toFake: ["Date", "setTimeout", "clearTimeout"] });
  gateway = new FakeGateway();
  locks = stubTabs();
  // Each test has the whole of it.
  budget = vi.spyOn(renewalBudget, "take").mockReturnValue(0);
});

afterEach(() => {
  unstubTabs();
  vi.unstubAllGlobals();
});

/** Lets time pass, with all that is due in it. */
async function pass(ms: number): Promise<void> {
  await after(() => vi.advanceTimersByTimeAsync(ms));
}

function setVisibility(state: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { configurable: true, value: state });
  document.dispatchEvent(new Event("visibilitychange"));
}

function setOnline(isOnline: boolean): void {
  Object.defineProperty(navigator, "onLine", { configurable: true, value: isOnline });
  window.dispatchEvent(new Event(isOnline ? "online" : "offline"));
}

afterEach(() => {
  Reflect.deleteProperty(document, "visibilityState");
  Reflect.deleteProperty(navigator, "onLine");
});

const idsOf = (requests: readonly Headers[]): (string | null)[] =>
  requests.map((headers) => headers.get("last-event-id"));

/** Tabs of one user. */
const renderTabs = (count: number, issuer = new FakeIssuerOfTabs()) =>
  Array.from({ length: count }, () => renderLive({ live: gateway.address, issuer }));
const counts = (tabs: ReturnType<typeof renderTabs>): number[] => tabs.map(({ pdp }) => pdp.requests.length);
const forget = (tabs: ReturnType<typeof renderTabs>): void => tabs.forEach(({ pdp }) => (pdp.requests.length = 0));
const channelName = (): string => [...FakeChannel.open][0]!.name;

/** A gateway that refuses tokens issued up to a time, as with `isRevoked`. */
const revoking = (issuedUntil: () => number) =>
  fakePdp((body) => {
    const token: string = body.auxData?.jwt?.token ?? "";
    const { iat }: { iat: number } = JSON.parse(atob(token.split(".")[1]!));
    if (iat <= issuedUntil()) throw new AuthzError("token_refused", "The token has been revoked. Sign in again.");
    return answerTo(body);
  });

describe("a page with live", () => {
  it("opens one stream, with the token in a header and nowhere else", async () => {
    const issuer = new FakeIssuerOfTabs();
    renderLive({ live: gateway.address, issuer, strict: true });
    await settle();
    expect(gateway.streams.size).toBe(1);
    expect(new Set(gateway.urls)).toEqual(new Set([`${gateway.address}/api/events`]));
    const headers = gateway.requests.at(-1)!;
    expect(headers.get("authorization")).toBe(`Bearer ${issuer.existing}`);
    expect(headers.get("accept")).toBe("text/event-stream");
    expect(headers.get("last-event-id")).toBeNull();
    expect(gateway.inits.at(-1)).toMatchObject({ redirect: "manual", cache: "no-store" });
    expect(gateway.inits.at(-1)?.method).toBeUndefined();
  });

  it("takes the address of pdp for `true`", async () => {
    vi.stubGlobal(
      "fetch",
      (
        (next) => async (url: string, init: RequestInit) =>
          url.endsWith("/api/check/resources")
            ? Response.json(answerTo(await new Request(url, { ...init, signal: null }).json()))
            : next(url, init)
      )(globalThis.fetch),
    );
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an address in the place of the fake
    renderLive({ live: true, pdp: gateway.address as never });
    await settle();
    expect(gateway.urls).toEqual([`${gateway.address}/api/events`]);
  });

  it("opens none without live, while nobody is signed in, and after a sign-out", async () => {
    const { page } = renderLive({});
    await settle();
    page.unmount();
    const { source } = renderLive({ live: gateway.address });
    await after(() => source.set(null));
    expect(gateway.requests).toEqual([]);
    await after(() => source.set(tokenOf({ iat: seconds(), exp: 4e9 })));
    expect(gateway.streams.size).toBe(1);
    await after(() => source.set(null));
    expect(gateway.streams.size).toBe(0);
    expect(gateway.requests).toHaveLength(1);
    await pass(120_000);
    expect(gateway.requests).toHaveLength(1);
  });

  it("opens another one for another user and for another organization, and none for a refreshed token", async () => {
    const { source } = renderLive({ live: gateway.address });
    await settle();
    for (const claims of [{}, { permissions: ["edit"] }, { org_code: "org_b" }, { sub: "bob" }]) {
      await after(() => source.set(tokenOf({ iat: seconds(), exp: 4e9, jti: "x", ...claims })));
    }
    expect(gateway.streams.size).toBe(1);
    expect(gateway.requests).toHaveLength(3);
    // What one user has followed says nothing of the next one.
    expect(idsOf(gateway.requests)).toEqual([null, null, null]);
  });

  it.each([
    [1, "live must be true or the address of your gateway"],
    ["authz", "live must be true or the address of your gateway"],
    ["/\\evil.example", "live must be true or the address of your gateway"],
    ["javascript:alert(1)", "live must be true or the address of your gateway"],
    ["https://user:password@gateway.test", "live must be true or the address of your gateway"],
    [true, "pdp is a client"],
  ])("refuses %j, which is no address", (live, message) => {
    vi.mocked(console.error).mockImplementation(() => {});
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- for callers without types
    expect(() => renderLive({ live: live as string })).toThrow(message);
    vi.mocked(console.error).mockClear();
  });
});

describe("an event about policies", () => {
  it("has what is on the screen checked again in one batch, and nothing else", async () => {
    const { pdp, show } = renderLive({ live: gateway.address, shown: { document: 120, invoice: 3 } });
    await settle();
    show({ document: 120 });
    await settle();
    pdp.requests.length = 0;
    await after(() => gateway.emit({}));
    expect(askedOf(pdp).map((entries) => entries.length)).toEqual([50, 50, 20]);
    expect(pdp.requests.flatMap(({ body }) => body.resources.map(({ resource }) => resource.kind))).not.toContain(
      "invoice",
    );
    // The others are checked when they are needed.
    pdp.requests.length = 0;
    show({ document: 120, invoice: 3 });
    await settle();
    expect(askedOf(pdp)).toEqual([["0: view", "1: view", "2: view"]]);
  });

  it("costs nothing if it is about other kinds, or an event that is not understood", async () => {
    const { pdp } = renderLive({ live: gateway.address });
    await settle();
    pdp.requests.length = 0;
    await after(() => {
      gateway.emit({ kinds: ["invoice", "report"] });
      for (const stream of gateway.streams) {
        stream.send('event: outdated\nid: x\ndata: {"outdated":"weather","delayMs":0}\n\n');
        stream.send("event: outdated\nid: y\ndata: nonsense\n\n");
        stream.send('event: other\nid: z\ndata: {"outdated":"policies","delayMs":0}\n\n');
      }
    });
    expect(pdp.requests).toEqual([]);
    await after(() => gateway.emit({ kinds: ["invoice", "document"] }));
    expect(pdp.requests).toHaveLength(1);
  });

  it("leaves what the cache has of other kinds fresh", async () => {
    const { pdp, show } = renderLive({ live: gateway.address, shown: { document: 1, invoice: 1 } });
    await settle();
    show({ document: 1 });
    await after(() => gateway.emit({ kinds: ["report"] }));
    pdp.requests.length = 0;
    show({ document: 1, invoice: 1 });
    await settle();
    expect(pdp.requests).toEqual([]);
  });

  it("waits for its delay; those that come in it are done together", async () => {
    const { pdp } = renderLive({ live: gateway.address, shown: { document: 1, invoice: 1, report: 1 } });
    await settle();
    pdp.requests.length = 0;
    await after(() => gateway.emit({ kinds: ["document"], delayMs: 5000 }));
    await after(() => gateway.emit({ kinds: ["invoice"], delayMs: 20_000 }));
    await pass(4900);
    expect(pdp.requests).toEqual([]);
    await pass(200);
    expect(pdp.requests.map(({ body }) => body.resources.map(({ resource }) => resource.kind))).toEqual([
      ["document", "invoice"],
    ]);
    await pass(60_000);
    expect(pdp.requests).toHaveLength(1);
  });

  it("outdates the decisions of this PDP only", async () => {
    const queryClient = new QueryClient();
    const issuer = new FakeIssuerOfTabs();
    const followed = renderLive({ live: gateway.address, queryClient, issuer, pdpName: "one" });
    const other = renderLive({ queryClient, issuer, pdpName: "two" });
    await settle();
    followed.pdp.requests.length = other.pdp.requests.length = 0;
    await after(() => gateway.emit({}));
    expect([followed.pdp.requests.length, other.pdp.requests.length]).toEqual([1, 0]);
  });

  it("is done once for each of two users of a page that have one cache", async () => {
    const queryClient = new QueryClient();
    const issuer = new FakeIssuerOfTabs();
    const pdp = fakePdp();
    const options = { live: gateway.address, queryClient, pdp, shown: { document: 60 } };
    renderLive({ ...options, issuer });
    renderLive({ ...options, issuer: new FakeIssuerOfTabs({ sub: "bob" }) });
    await settle();
    pdp.requests.length = 0;
    // Each stream has ids and delays of its own.
    let id = 100;
    await after(() => {
      for (const stream of gateway.streams) {
        stream.send(`event: outdated\nid: ${(id += 1)}\ndata: {"outdated":"policies","delayMs":${(id % 7) * 100}}\n\n`);
      }
    });
    for (let step = 0; step < 10; step += 1) await pass(100);
    // Two for each user.
    expect(pdp.requests).toHaveLength(4);
  });

  it("is done once for two providers of a page that have one session", async () => {
    const queryClient = new QueryClient();
    const pdp = fakePdp();
    const options = {
      live: gateway.address,
      queryClient,
      pdp,
      shown: { document: 60 },
      issuer: new FakeIssuerOfTabs(),
    };
    renderLive(options);
    renderLive(options);
    await settle();
    expect(gateway.streams.size).toBe(1);
    pdp.requests.length = 0;
    await after(() => gateway.emit({}));
    expect(pdp.requests).toHaveLength(2);
  });

  it("is no other one because it comes in the same millisecond, and has the same id", async () => {
    const { pdp } = renderLive({ live: gateway.address, shown: { document: 1, invoice: 1 } });
    await settle();
    pdp.requests.length = 0;
    await after(() => gateway.emit({ kinds: ["document"] }, "7"));
    await after(() => gateway.emit({ kinds: ["invoice"] }, "7"));
    await after(() => gateway.emit({ kinds: ["invoice"] }, "7"));
    expect(pdp.requests).toHaveLength(2);
  });

  it("is still to come for a page that had no session when its delay was over", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { source } = renderLive({ live: gateway.address, issuer });
    await settle();
    const before = gateway.emit({});
    await pass(1000);
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1, delayMs: 5000 }));
    await after(() => source.set(null));
    await pass(10_000);
    await after(() => source.set(issuer.existing));
    expect(gateway.requests.at(-1)!.get("last-event-id")).toBe(before);
  });

  it("does nothing after the provider is gone", async () => {
    const { pdp, page } = renderLive({ live: gateway.address, gcTime: 1000 });
    await settle();
    await after(() => gateway.emit({ delayMs: 1000 }));
    page.unmount();
    expect(gateway.streams.size).toBe(0);
    pdp.requests.length = 0;
    await pass(10_000);
    expect(pdp.requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an event about rights", () => {
  it("replaces the token, once for three tabs, and each has the new rights", async () => {
    const issuer = new FakeIssuerOfTabs();
    const tabs = [0, 1, 2].map(() => renderLive({ live: gateway.address, issuer }));
    await settle();
    expect(gateway.streams.size).toBe(1);
    await pass(5000);
    issuer.claims = { permissions: ["edit"] };
    for (const { pdp } of tabs) pdp.requests.length = 0;
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1, delayMs: 0 }));
    expect(issuer.renewals).toBe(1);
    for (const { page, pdp } of tabs) {
      expect(page.container.textContent).toBe("document 0: allowed alice in org_a with edit");
      expect(pdp.requests).toHaveLength(1);
    }
    // The first one finds that Kinde returns the same token; each one is refreshed.
    expect(issuer.refreshes).toBe(3);
  });

  it("has decisions checked again, also if the new token has the same rights: a gateway may add to them", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { pdp } = renderLive({ live: gateway.address, issuer, shown: { document: 60 } });
    await settle();
    await pass(5000);
    pdp.requests.length = 0;
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1 }));
    expect(issuer.renewals).toBe(1);
    expect(pdp.requests).toHaveLength(2);
    const tokens = pdp.requests.map(({ body }) => body.auxData?.jwt?.token);
    expect(tokens).toEqual([issuer.existing, issuer.existing]);
  });

  it("replaces no token that is newer, at first or by the time that the delay is over", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { pdp, source } = renderLive({ live: gateway.address, issuer });
    await settle();
    pdp.requests.length = 0;
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 10 }));
    expect([issuer.refreshes, issuer.renewals, pdp.requests.length]).toEqual([0, 0, 1]);

    await pass(5000);
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1, delayMs: 10_000 }));
    await after(() => source.set((issuer.existing = issuer.issue())));
    await pass(20_000);
    expect([issuer.refreshes, issuer.renewals]).toEqual([0, 0]);
  });

  it("takes the token of Kinde that another tab has got already", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { page } = renderLive({ live: gateway.address, issuer });
    await settle();
    await pass(5000);
    issuer.existing = issuer.issue({ permissions: ["edit"] });
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1 }));
    expect([issuer.refreshes, issuer.renewals]).toEqual([1, 0]);
    expect(page.container.textContent).toContain("with edit");
  });

  it("tries again a second later, three times in all, if the new token is as old as the change", async () => {
    const issuer = new FakeIssuerOfTabs();
    renderLive({ live: gateway.address, issuer });
    await settle();
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds(), delayMs: 0 }));
    expect(issuer.renewals).toBe(1);
    await pass(1000);
    expect(issuer.renewals).toBe(2);
    await pass(10_000);
    expect(issuer.renewals).toBe(2);

    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() + 3600, delayMs: 0 }));
    for (let second = 0; second < 10; second += 1) await pass(1000);
    expect(issuer.renewals).toBe(5);
  });

  it("goes on without a new token if Kinde gives none", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { page, pdp } = renderLive({ live: gateway.address, issuer });
    await settle();
    issuer.isDown = true;
    pdp.requests.length = 0;
    await after(() => gateway.emit({ outdated: "everything", issuedUntil: seconds(), delayMs: 0 }));
    for (let second = 0; second < 10; second += 1) await pass(1000);
    expect(issuer.renewals).toBe(3);
    expect(pdp.requests).toHaveLength(1);
    expect(page.container.textContent).toBe("document 0: allowed alice in org_a");
  });

  it("refreshes, once, if the source cannot renew", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { pdp } = renderLive({ live: gateway.address, issuer, canRenew: false });
    await settle();
    pdp.requests.length = 0;
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds(), delayMs: 0 }));
    await pass(10_000);
    expect([issuer.refreshes, pdp.requests.length]).toEqual([1, 1]);
  });

  it("leaves the next user, and the next organization, alone", async () => {
    const issuer = new FakeIssuerOfTabs();
    const { pdp, source } = renderLive({ live: gateway.address, issuer });
    await settle();
    for (const next of [{ org_code: "org_b" }, { sub: "bob" }]) {
      await after(() => gateway.emit({ outdated: "everything", issuedUntil: seconds() + 10, delayMs: 2000 }));
      await after(() => source.set(tokenOf({ iat: seconds(), exp: 4e9, ...next })));
      pdp.requests.length = 0;
      await pass(10_000);
      expect([issuer.refreshes, issuer.renewals, pdp.requests.length]).toEqual([0, 0, 0]);
    }
    await after(() => gateway.emit({ outdated: "everything", issuedUntil: seconds() + 10, delayMs: 2000 }));
    await after(() => source.set(null));
    await pass(10_000);
    expect([issuer.refreshes, issuer.renewals, pdp.requests.length]).toEqual([0, 0, 0]);
  });

  it.each(["rights", "policies", "everything"] as const)(
    "(or %s) outdates what the cache has of another organization",
    async (outdated) => {
      const issuer = new FakeIssuerOfTabs({ org_code: "org_b" });
      const { pdp, source } = renderLive({ live: gateway.address, issuer, staleTime: Infinity });
      await settle();
      const inB = issuer.existing;
      const inA = tokenOf({ iat: seconds(), exp: 4e9, org_code: "org_a" });
      await after(() => source.set(inA));
      pdp.requests.length = 0;
      await after(() => source.set(inB));
      await after(() => source.set(inA));
      expect(pdp.requests).toEqual([]);
      await after(() => gateway.emit({ outdated, issuedUntil: 0 }));
      expect(pdp.requests).toHaveLength(1);
      await after(() => source.set(inB));
      expect(pdp.requests).toHaveLength(2);
    },
  );
});

describe("a stream", () => {
  it("is opened again where it was, after a wait that grows", async () => {
    renderLive({ live: gateway.address });
    await settle();
    const id = gateway.emit({});
    await settle();
    const end = (): void => gateway.streams.forEach((stream) => stream.end());
    await after(end);
    gateway.refusal = () => new Response("", { status: 503 });
    for (const [waitMs, requests] of [
      [900, 1],
      [1000, 2],
      [2000, 3],
      [4000, 4],
      [8000, 5],
      [15_000, 6],
      [15_000, 7],
    ] as const) {
      await pass(waitMs);
      expect(gateway.requests).toHaveLength(requests);
    }
    gateway.refusal = null;
    await pass(15_000);
    expect(gateway.streams.size).toBe(1);
    expect(new Set(idsOf(gateway.requests.slice(1)))).toEqual(new Set([id]));
    // One that was open for a while was a good one: the next wait is a first one.
    await pass(10_000);
    await after(end);
    await pass(1000);
    expect(gateway.streams.size).toBe(1);
  });

  it("goes on after the newest id, also one without an event, and after that of the beginning", async () => {
    renderLive({ live: gateway.address });
    await settle();
    const endAndPass = async (): Promise<void> => {
      await after(() => gateway.streams.forEach((stream) => stream.end()));
      await pass(15_000);
    };
    await endAndPass();
    await after(() => gateway.streams.forEach((stream) => stream.send("id: 77\n\n")));
    await endAndPass();
    // One that cannot be a header is none.
    await after(() => gateway.streams.forEach((stream) => stream.send("id: ä\n\n")));
    await endAndPass();
    expect(idsOf(gateway.requests)).toEqual([null, "0", "77", "77"]);
  });

  it("is not opened sooner than Retry-After says", async () => {
    gateway.refusal = () => new Response("", { status: 429, headers: { "retry-after": "30" } });
    renderLive({ live: gateway.address });
    await settle();
    await pass(30_000);
    expect(gateway.requests).toHaveLength(1);
    await pass(1100);
    expect(gateway.requests).toHaveLength(2);
  });

  it.each([
    ["404", () => Response.json({ code: 5, message: "" }, { status: 404 })],
    ["405", () => new Response("", { status: 405 })],
    ["501", () => new Response("", { status: 501 })],
    ["a page", () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } })],
  ])("is not asked for again where the address answers with %s, and a developer is told once", async (_, answer) => {
    gateway.refusal = answer;
    const warn = vi.mocked(console.warn).mockImplementation(() => {});
    const { page, pdp } = renderLive({ live: gateway.address });
    await settle();
    await pass(600_000);
    await after(() => setVisibility("hidden"));
    await after(() => setVisibility("visible"));
    renderLive({ live: gateway.address });
    await settle();
    expect(gateway.requests).toHaveLength(1);
    expect(page.container.textContent).toBe("document 0: allowed alice in org_a");
    expect(pdp.requests.length).toBeGreaterThan(0);
    expect(warn.mock.calls).toEqual([[expect.stringContaining("createGateway({ …, events: createEvents() })")]]);
    expect(warn.mock.calls[0]![0]).toContain(`${gateway.address}/api/events`);
    warn.mockClear();
  });

  it("is dead after more than three heartbeats of silence", async () => {
    gateway.hello = 'event: hello\nid: 0\ndata: {"heartbeatMs":1000}\n\n';
    renderLive({ live: gateway.address });
    await settle();
    for (let beat = 0; beat < 10; beat += 1) {
      await pass(1000);
      gateway.streams.forEach((stream) => stream.send(":\n\n"));
    }
    await settle();
    expect(gateway.requests).toHaveLength(1);
    await pass(2900);
    expect(gateway.streams.size).toBe(1);
    await pass(200);
    expect(gateway.streams.size).toBe(0);
    await pass(1000);
    expect(gateway.requests).toHaveLength(2);
  });

  it("is not dead within three seconds, however often its server says to speak", async () => {
    gateway.hello = 'event: hello\nid: 0\ndata: {"heartbeatMs":100}\n\n';
    renderLive({ live: gateway.address });
    await settle();
    await pass(2900);
    expect(gateway.streams.size).toBe(1);
    await pass(200);
    expect(gateway.streams.size).toBe(0);
  });

  it("is given up, too, if its server does not answer at all, or sends what never ends", async () => {
    gateway.hello = null;
    renderLive({ live: gateway.address });
    await settle();
    await pass(45_000);
    expect(gateway.streams.size).toBe(0);
    await pass(1000);
    expect(gateway.streams.size).toBe(1);
    await after(() => gateway.streams.forEach((stream) => stream.send("x".repeat(200_000))));
    expect(gateway.streams.size).toBe(0);
  });

  it("is not opened again with a token that is about to be replaced", async () => {
    const issuer = new FakeIssuerOfTabs();
    renderLive({ live: gateway.address, issuer });
    await settle();
    await pass(5000);
    await after(() => {
      gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1, delayMs: 20_000 });
      gateway.streams.forEach((stream) => stream.end());
    });
    await pass(19_000);
    expect(gateway.requests).toHaveLength(1);
    await pass(3000);
    expect(gateway.requests).toHaveLength(2);
    expect(gateway.requests[1]!.get("authorization")).toBe(`Bearer ${issuer.existing}`);
    expect(issuer.renewals).toBe(1);
  });

  it("whose token is refused has it replaced", async () => {
    const issuer = new FakeIssuerOfTabs();
    const revoked = issuer.existing;
    await vi.advanceTimersByTimeAsync(2000);
    gateway.refusal = (headers) =>
      headers.get("authorization") === `Bearer ${revoked}` ? Response.json({ code: 16 }, { status: 401 }) : null;
    renderLive({ live: gateway.address, issuer });
    await settle();
    expect(issuer.renewals).toBe(1);
    await pass(1000);
    expect(gateway.streams.size).toBe(1);
  });

  it("is closed while the page is hidden or offline, and opened again where it was", async () => {
    renderLive({ live: gateway.address });
    await settle();
    const id = gateway.emit({});
    await settle();
    for (const [leave, come] of [
      [() => setVisibility("hidden"), () => setVisibility("visible")],
      [() => setOnline(false), () => setOnline(true)],
    ] as const) {
      await after(leave);
      await pass(60_000);
      expect(gateway.streams.size).toBe(0);
      await after(come);
      expect(gateway.streams.size).toBe(1);
    }
    expect(idsOf(gateway.requests)).toEqual([null, id, id]);
  });

  it("is not opened by a page that begins hidden", async () => {
    setVisibility("hidden");
    renderLive({ live: gateway.address });
    await settle();
    expect(gateway.requests).toEqual([]);
    await after(() => setVisibility("visible"));
    expect(gateway.streams.size).toBe(1);
  });

  it("is that of each tab where there are no locks, or no channel; and there is none without ReadableStream", async () => {
    unstubTabs();
    const issuer = new FakeIssuerOfTabs();
    const tabs = [renderLive({ live: gateway.address, issuer }), renderLive({ live: gateway.address, issuer })];
    await settle();
    expect(gateway.streams.size).toBe(2);
    for (const { page } of tabs) page.unmount();
    stubTabs();
    vi.stubGlobal("BroadcastChannel", undefined);
    const alone = renderLive({ live: gateway.address, issuer });
    await settle();
    expect(gateway.streams.size).toBe(1);
    alone.page.unmount();
    vi.stubGlobal("ReadableStream", undefined);
    renderLive({ live: gateway.address, issuer });
    await settle();
    expect(gateway.streams.size).toBe(0);
  });
});

describe("tabs of one session", () => {
  it("have one stream, and all of them have its events", async () => {
    const tabs = renderTabs(3);
    await settle();
    expect(gateway.streams.size).toBe(1);
    forget(tabs);
    await after(() => gateway.emit({}));
    expect(counts(tabs)).toEqual([1, 1, 1]);
  });

  it("have one stream each for another user, organization or gateway", async () => {
    renderTabs(1, new FakeIssuerOfTabs());
    renderTabs(1, new FakeIssuerOfTabs({ sub: "bob" }));
    renderTabs(1, new FakeIssuerOfTabs({ org_code: "org_b" }));
    await settle();
    expect(gateway.streams.size).toBe(3);
  });

  it("go on with the next one, where the last one was, if the one that has it is closed", async () => {
    const tabs = renderTabs(4);
    await settle();
    // Before any event: where the stream began.
    await after(() => tabs[0]!.page.unmount());
    const id = gateway.emit({});
    await settle();
    await after(() => tabs[1]!.page.unmount());
    expect(gateway.streams.size).toBe(1);
    forget(tabs);
    await after(() => gateway.emit({}));
    expect(counts(tabs)).toEqual([0, 0, 1, 1]);
    // Of an id alone, too.
    await after(() => gateway.streams.forEach((stream) => stream.send("id: 99\n\n")));
    await after(() => tabs[2]!.page.unmount());
    await after(() => tabs[3]!.page.unmount());
    expect(idsOf(gateway.requests)).toEqual([null, "0", id, "99"]);
  });

  it("tell a new one where they are, also if none of them has the stream", async () => {
    renderTabs(1);
    await settle();
    expect(FakeChannel.posted).toContainEqual({ isNew: true });
    const id = gateway.emit({});
    await settle();
    await after(() => setVisibility("hidden"));
    FakeChannel.posted.length = 0;
    await after(() => FakeChannel.say(channelName(), { isNew: true }));
    expect(FakeChannel.posted).toEqual([{ start: id, rights: null }]);
    // It knows where it is.
    await after(() => FakeChannel.say(channelName(), { start: "7" }));
    await after(() => setVisibility("visible"));
    expect(idsOf(gateway.requests)).toEqual([null, id]);
  });

  it("are told where the others are while they are new", async () => {
    setVisibility("hidden");
    renderTabs(1);
    await settle();
    FakeChannel.posted.length = 0;
    await after(() => FakeChannel.say(channelName(), { isNew: true }));
    expect(FakeChannel.posted).toEqual([]);
    await after(() => FakeChannel.say(channelName(), { start: "7" }));
    await after(() => setVisibility("visible"));
    expect(idsOf(gateway.requests)).toEqual(["7"]);
  });

  it("ask for what came before the stream of a new one that did not know where they are", async () => {
    renderTabs(1);
    await settle();
    const id = gateway.emit({});
    await settle();
    const data = '{"outdated":"policies","delayMs":0}';
    const comeBackAfter = async (began: string, last: string): Promise<unknown> => {
      await after(() => setVisibility("hidden"));
      await after(() => FakeChannel.say(channelName(), { began }));
      await after(() => FakeChannel.say(channelName(), { id: last, data }));
      await after(() => setVisibility("visible"));
      return gateway.requests.at(-1)!.get("last-event-id");
    };
    expect(await comeBackAfter("8", "9")).toBe(id);
    // Then they know everything again, and the next stream goes on where they are.
    expect(await comeBackAfter(id, "11")).toBe("11");
  });

  it("ask for it also if they begin again for the same user meanwhile", async () => {
    const issuer = new FakeIssuerOfTabs();
    const [tab] = renderTabs(1, issuer);
    await settle();
    const id = gateway.emit({});
    await settle();
    const name = channelName();
    await after(() => setVisibility("hidden"));
    await after(() => FakeChannel.say(name, { began: "8" }));
    await after(() => tab!.source.set(null));
    await after(() => tab!.source.set(issuer.existing));
    await after(() => FakeChannel.say(name, { id: "9", data: '{"outdated":"policies","delayMs":0}' }));
    await after(() => setVisibility("visible"));
    expect(gateway.requests.at(-1)!.get("last-event-id")).toBe(id);
  });

  it("tell a new one of the last change of rights, since the gateway sees no token but that of the stream", async () => {
    const late = new FakeIssuerOfTabs();
    const later = new FakeIssuerOfTabs();
    renderTabs(1);
    await settle();
    await pass(5000);
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() - 1 }));
    await pass(5000);
    const id = gateway.emit({});
    await settle();
    // Its token is of before the change: it was loading then.
    renderTabs(1, late);
    await settle();
    await pass(5000);
    expect([late.renewals, gateway.requests.length]).toEqual([1, 1]);
    expect(FakeChannel.posted.at(-1)).toMatchObject({ start: id });
    // A token of after the change has its rights, and so have the decisions that were asked for with it.
    later.existing = later.issue();
    const tabs = renderTabs(1, later);
    await settle();
    await pass(5000);
    expect([later.renewals, counts(tabs)]).toEqual([0, [1]]);
  });

  it("tell it also if it hears of something else first, and again if it has given it up", async () => {
    const issuer = new FakeIssuerOfTabs();
    const [tab] = renderTabs(1, issuer);
    await settle();
    const issuedUntil = seconds() + 1;
    const change = (delayMs: number): object => ({
      start: "7",
      rights: { id: "5", data: JSON.stringify({ outdated: "rights", issuedUntil, delayMs }) },
    });
    const name = channelName();
    await after(() => FakeChannel.say(name, { id: "7" }));
    await pass(3000);
    await after(() => FakeChannel.say(name, change(60_000)));
    await after(() => tab!.source.set(null));
    await after(() => tab!.source.set(issuer.existing));
    expect(FakeChannel.posted.filter((message) => "isNew" in Object(message))).toHaveLength(2);
    expect(issuer.renewals).toBe(0);
    await after(() => FakeChannel.say(name, change(0)));
    await pass(5000);
    expect(issuer.renewals).toBe(1);
    // It is known now, and a tab that is behind does not bring it back.
    await after(() => FakeChannel.say(name, change(0)));
    await pass(5000);
    expect(issuer.renewals).toBe(1);
  });

  it("tell it also if one that is behind answers first, with an older change", async () => {
    const issuer = new FakeIssuerOfTabs();
    renderTabs(1, issuer);
    await settle();
    // The token is of after the first change, and of before all others. Two changes may have one id, which is a time.
    for (const [id, ago, renewals] of [
      ["5", 60, 0],
      ["6", 1, 1],
      ["6", 2, 2],
      ["5", 1, 2],
      ["x", 1, 2],
    ] as const) {
      const data = JSON.stringify({ outdated: "rights", issuedUntil: seconds() - ago, delayMs: 0 });
      await after(() => FakeChannel.say(channelName(), { start: "7", rights: { id, data } }));
      await pass(5000);
      expect(issuer.renewals).toBe(renewals);
    }
    await after(() => FakeChannel.say(channelName(), { isNew: true }));
    expect(FakeChannel.posted.at(-1)).toMatchObject({ rights: { id: "6" } });
  });

  it("tell where their stream began, whatever they were told before its first event", async () => {
    gateway.hello = null;
    renderTabs(1);
    await settle();
    FakeChannel.posted.length = 0;
    await after(() => FakeChannel.say(channelName(), { start: "7" }));
    await after(() => gateway.streams.forEach((stream) => stream.send("event: hello\nid: 8\ndata: {}\n\n")));
    expect(FakeChannel.posted).toEqual([{ began: "8" }]);
  });

  it("take the stream over when they come back, and the one that had it ends its own as soon as it learns of it", async () => {
    const tabs = renderTabs(3);
    await settle();
    const id = gateway.emit({});
    await settle();
    await after(() => setVisibility("hidden"));
    locks.noticeMs = 100;
    await after(() => setVisibility("visible"));
    const streams = [...gateway.streams];
    expect(streams.map(({ headers }) => headers.get("last-event-id"))).toEqual([id, id, id]);
    // What all of them bring is done once.
    forget(tabs);
    await after(() => gateway.emit({}));
    expect(counts(tabs)).toEqual([1, 1, 1]);
    await pass(100);
    expect([...gateway.streams]).toEqual(streams.slice(-1));
    await pass(20_000);
    expect([...gateway.streams]).toEqual(streams.slice(-1));
  });

  it("that are hidden are told, and check when the user comes back", async () => {
    const tabs = renderTabs(1);
    await settle();
    await after(() => setVisibility("hidden"));
    forget(tabs);
    const data = '{"outdated":"policies","delayMs":0}';
    await after(() => FakeChannel.say(channelName(), { id: "9", data }));
    await pass(20_000);
    expect(counts(tabs)).toEqual([0]);
    await after(() => setVisibility("visible"));
    expect(counts(tabs)).toEqual([1]);
    expect(gateway.requests.at(-1)!.get("last-event-id")).toBe("9");
  });

  it("take no message for an event that is none, and are slow to follow a flood of them", async () => {
    const issuer = new FakeIssuerOfTabs();
    const tabs = renderTabs(1, issuer);
    await settle();
    forget(tabs);
    const good = '{"outdated":"policies","delayMs":0}';
    for (const message of [
      null,
      "text",
      [good],
      { id: "1" },
      { data: good },
      { id: 1, data: good },
      { id: "a\nb", data: good },
      { id: "1", data: {} },
      { id: "1", data: '{"outdated":"policies","delayMs":-1}' },
      { id: "x".repeat(201), data: good },
      { start: {} },
      { start: "a\nb" },
      { rights: good },
      { rights: { id: "1", data: "no event" } },
      { isNew: "yes" },
      { began: {} },
    ]) {
      FakeChannel.say(channelName(), message);
    }
    await settle();
    expect(counts(tabs)).toEqual([0]);
    for (let at = 0; at < 200; at += 1) {
      FakeChannel.say(channelName(), { id: `forged-${at}`, data: good });
      await pass(50);
    }
    // Five at once, then one every two seconds.
    expect(counts(tabs)[0]).toBeLessThan(12);
    budget.mockRestore();
    for (let at = 0; at < 100; at += 1) {
      const data = JSON.stringify({ outdated: "rights", issuedUntil: 1e12, delayMs: 0 });
      FakeChannel.say(channelName(), { id: `forged-rights-${at}`, data });
      await pass(100);
    }
    expect(issuer.renewals).toBeLessThan(12);
  });

  it("say nothing of a token or a user: names are hashes, and messages are events", async () => {
    const tabs = renderTabs(2);
    await settle();
    await after(() => gateway.emit({ outdated: "rights", issuedUntil: seconds() }));
    await after(() => tabs[1]!.page.unmount());
    const said = JSON.stringify([[...locks.names], [...FakeChannel.open].map(({ name }) => name), FakeChannel.posted]);
    expect(said).toContain("kinde-cerbos:live:");
    for (const secret of [SIGNATURE, "alice", "org_a", "gateway"]) expect(said).not.toContain(secret);
    expect(localStorage).toHaveLength(0);
  });
});

describe("a check whose token is refused", () => {
  it("has the token replaced, and the user stays signed in", async () => {
    let issuedUntil = 0;
    const issuer = new FakeIssuerOfTabs();
    const { page, show } = renderLive({ live: gateway.address, issuer, pdp: revoking(() => issuedUntil) });
    await settle();
    await pass(5000);
    issuedUntil = seconds() - 1;
    show({ document: 1, invoice: 1 });
    await settle();
    expect(page.container.textContent).toContain("invoice 0: allowed");
    expect([issuer.refreshes, issuer.renewals]).toEqual([1, 1]);
  });

  it("has it replaced twice, a second apart, if the first new one is of the same second as the change", async () => {
    let issuedUntil = 0;
    const issuer = new FakeIssuerOfTabs();
    const { page, show } = renderLive({ live: gateway.address, issuer, pdp: revoking(() => issuedUntil) });
    await settle();
    await pass(5000);
    issuedUntil = seconds();
    show({ document: 1, invoice: 1 });
    await settle();
    expect(page.container.textContent).toContain("invoice 0: pending");
    await pass(1000);
    expect(page.container.textContent).toContain("invoice 0: allowed");
    expect(issuer.renewals).toBe(2);
  });

  it("does not sign the user out, however quickly an administrator makes three changes", async () => {
    budget.mockRestore();
    let issuedUntil = 0;
    const issuer = new FakeIssuerOfTabs();
    const { page, show } = renderLive({ live: gateway.address, issuer, pdp: revoking(() => issuedUntil) });
    await settle();
    await pass(60_000);
    for (const [change, kind] of ["one", "two", "three"].entries()) {
      issuedUntil = seconds();
      // A check is refused at once, before the event's delay is over.
      await after(() => gateway.emit({ outdated: "rights", issuedUntil, delayMs: 1000 }));
      show({ document: 1, [kind]: 1 });
      await settle();
      for (let step = 0; step < 30; step += 1) {
        await pass(100);
        expect(page.container.textContent, `change ${change}`).not.toContain("error");
      }
      expect(page.container.textContent).toContain(`${kind} 0: allowed`);
    }
  });

  it("has the new rights, if the new token has others", async () => {
    let issuedUntil = 0;
    const issuer = new FakeIssuerOfTabs();
    const { page, show } = renderLive({ live: gateway.address, issuer, pdp: revoking(() => issuedUntil) });
    await settle();
    await pass(5000);
    issuedUntil = seconds() - 1;
    issuer.claims = { permissions: ["edit"] };
    show({ document: 1, invoice: 1 });
    await settle();
    expect(page.container.textContent).toBe(
      "document 0: allowed alice in org_a with editinvoice 0: allowed alice in org_a with edit",
    );
    expect(issuer.renewals).toBe(1);
  });

  it("is denied if the new one is refused as well, and the token is not replaced without end", async () => {
    budget.mockRestore();
    const issuer = new FakeIssuerOfTabs();
    const { page } = renderLive({ live: gateway.address, issuer, pdp: revoking(() => Infinity) });
    await settle();
    // Each time that the user comes back, the PDP is asked once more.
    for (let time = 0; time < 10; time += 1) {
      await after(() => setVisibility("hidden"));
      await after(() => setVisibility("visible"));
      await pass(2000);
    }
    expect(page.container.textContent).not.toContain("allowed");
    // Eight at once, then one in 10 s.
    expect(issuer.renewals).toBeGreaterThan(7);
    expect(issuer.renewals).toBeLessThanOrEqual(11);
  });

  it("has it refreshed only, without live", async () => {
    let issuedUntil = 0;
    const issuer = new FakeIssuerOfTabs();
    const { page, show } = renderLive({ issuer, pdp: revoking(() => issuedUntil) });
    await settle();
    await pass(5000);
    issuedUntil = seconds() - 1;
    show({ document: 1, invoice: 1 });
    await settle();
    expect(page.container.textContent).not.toContain("allowed");
    expect([issuer.refreshes, issuer.renewals]).toEqual([1, 0]);
  });
});
