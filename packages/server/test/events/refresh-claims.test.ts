// Changes that Kinde's next token has only once its cache of a user's claims is ended.
import { type EventsLogLine } from "@kinde-cerbos/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { liveWorld, type LiveWorld, type OpenOptions, type Page, seconds } from "./page.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const cached = { organization: "org_acme", areClaimsCached: true };

/** A page with an old token, after its hello. */
async function openOld(world: LiveWorld, options: OpenOptions = {}): Promise<Page> {
  const page = await world.open({ iat: seconds() - 600, ...options });
  await page.next();
  return page;
}

/** A call to `refreshClaims` that ends when the test says so. */
function createCalls() {
  const calls: { subject: string; end: () => void; fail: (error: Error) => void }[] = [];
  const refreshClaims = (subject: string): Promise<void> =>
    new Promise((resolve, reject) => calls.push({ subject, end: resolve, fail: reject }));
  return { calls, refreshClaims };
}

describe("a change of cached claims", () => {
  test("refreshes each user with an open page once, and tells their pages afterwards", async () => {
    const { calls, refreshClaims } = createCalls();
    using world = liveWorld({ refreshClaims });
    const pages = [await openOld(world), await openOld(world), await openOld(world, { sub: "kp_bob" })];
    await using other = await openOld(world, { sub: "kp_eve", org_code: "org_b" });
    const before = pages.map((page) => page.text());
    await world.events.rightsChanged(cached);
    expect(calls.map(({ subject }) => subject)).toEqual(["kp_alice", "kp_bob"]);
    await vi.advanceTimersByTimeAsync(2000);
    const told = pages[0]?.next();
    expect(pages.map((page) => page.text())).toEqual(before);
    calls[0]?.end();
    // Tokens that were issued until then may have the claims from before.
    const issuedUntil = seconds();
    expect(await told).toMatchObject({ data: { outdated: "rights", issuedUntil } });
    expect(await pages[1]?.next()).toMatchObject({ data: { outdated: "rights", issuedUntil } });
    calls[1]?.end();
    expect(await pages[2]?.next()).toMatchObject({ data: { outdated: "rights", issuedUntil } });
    await world.events.policiesChanged();
    expect(await other.next()).toMatchObject({ data: { outdated: "policies" } });
    expect(calls).toHaveLength(2);
  });

  test("refreshes the user of a page that opens later, also with a new token, once", async () => {
    const refreshClaims = vi.fn<(subject: string) => Promise<void>>(async () => {});
    using world = liveWorld({ refreshClaims });
    await world.events.rightsChanged({ ...cached, at: Date.now() - 60_000 });
    expect(refreshClaims).not.toHaveBeenCalled();
    await using page = await world.open({ iat: seconds() - 30 });
    await page.next();
    expect(await page.next()).toMatchObject({ data: { outdated: "rights", issuedUntil: seconds() } });
    expect(refreshClaims).toHaveBeenCalledExactlyOnceWith("kp_alice");
    vi.setSystemTime(Date.now() + 5000);
    await using next = await world.open({ iat: seconds() - 1 });
    await next.next();
    await world.events.policiesChanged();
    expect(await next.next()).toMatchObject({ data: { outdated: "policies" } });
    expect(refreshClaims).toHaveBeenCalledOnce();
  });

  test("refreshes again for a change that comes while it refreshes", async () => {
    const { calls, refreshClaims } = createCalls();
    using world = liveWorld({ refreshClaims });
    await using page = await openOld(world);
    await world.events.rightsChanged(cached);
    await using second = await openOld(world);
    expect(calls).toHaveLength(1);
    for (let count = 0; count < 2; count += 1) {
      vi.setSystemTime(Date.now() + 1);
      await world.events.rightsChanged(cached);
    }
    expect(calls).toHaveLength(1);
    calls[0]?.end();
    await page.next();
    await vi.waitFor(() => expect(calls).toHaveLength(2), 20_000);
    calls[1]?.end();
    await page.next();
    await second.next();
    expect(calls).toHaveLength(2);
  });

  test("is refreshed for though other rights changed later: that ended no cache of Kinde's", async () => {
    const refreshClaims = vi.fn<(subject: string) => Promise<void>>(async () => {});
    using world = liveWorld({ refreshClaims });
    await world.events.rightsChanged({ ...cached, at: Date.now() - 60_000 });
    await world.events.rightsChanged({ organization: "org_acme" });
    await using page = await openOld(world);
    expect(await page.next()).toMatchObject({ data: { outdated: "rights" } });
    expect(refreshClaims).toHaveBeenCalledExactlyOnceWith("kp_alice");
  });

  test("is an event at once without refreshClaims", async () => {
    using world = liveWorld();
    await using page = await openOld(world);
    await world.events.rightsChanged(cached);
    expect(await page.next()).toMatchObject({ data: { outdated: "rights" } });
  });

  test("refreshes 8 users at a time, and all of them", async () => {
    let most = 0;
    let running = 0;
    const refreshed = new Set<string>();
    const refreshClaims = async (subject: string): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      refreshed.add(subject);
    };
    using world = liveWorld({ refreshClaims });
    for (let index = 0; index < 30; index += 1) await openOld(world, { sub: `kp_${index}` });
    await world.events.rightsChanged(cached);
    await vi.advanceTimersByTimeAsync(100);
    expect([most, refreshed.size]).toEqual([8, 30]);
  });
});

function failOrHang(subject: string): Promise<void> {
  if (subject === "kp_alice") throw new Error("at once");
  return new Promise(() => {});
}

describe("a refreshClaims that fails", () => {
  test("is tried three times and logged, without its message, and holds up nobody else", async () => {
    const lines: EventsLogLine[] = [];
    const refreshClaims = vi.fn<(subject: string) => Promise<void>>(async (subject) => {
      if (subject === "kp_alice") throw new TypeError("kp_alice and a secret");
    });
    using world = liveWorld({ refreshClaims, log: (line) => lines.push(line) });
    await using page = await openOld(world);
    await using other = await openOld(world, { sub: "kp_bob" });
    await world.events.rightsChanged(cached);
    expect(await other.next()).toMatchObject({ data: { outdated: "rights" } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refreshClaims.mock.calls.filter(([subject]) => subject === "kp_alice")).toHaveLength(3);
    expect(lines).toEqual([{ problem: "refresh_claims_failed", error: "TypeError" }]);
    await world.events.policiesChanged();
    expect(await page.next()).toMatchObject({ data: { outdated: "policies" } });
    // The next stream of the user tries again.
    await openOld(world);
    await vi.waitFor(() => expect(refreshClaims).toHaveBeenCalledTimes(5), 20_000);
  });

  test("or throws at once, or never ends, is the same", async () => {
    const lines: EventsLogLine[] = [];
    using world = liveWorld({ refreshClaims: failOrHang, log: (line) => lines.push(line) });
    await openOld(world);
    await openOld(world, { sub: "kp_bob" });
    await world.events.rightsChanged(cached);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(lines.map(({ problem }) => problem)).toEqual(["refresh_claims_failed", "refresh_claims_failed"]);
  });

  test("is tried no more once the events are closed", async () => {
    const refreshClaims = vi.fn<() => Promise<void>>(async () => {
      throw new Error("down");
    });
    using world = liveWorld({ refreshClaims, log: () => {} });
    await openOld(world);
    await world.events.rightsChanged(cached);
    world.events.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refreshClaims.mock.calls.length).toBeLessThanOrEqual(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
