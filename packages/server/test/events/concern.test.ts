// Whom an event reaches, and what is in it: all that is sent is looked at as it was sent.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { liveWorld, type LiveWorld, type Page, seconds } from "./page.ts";

const AT = 1_800_000_000_250;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"], now: AT });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two users in two organizations. */
const people = {
  annA: { sub: "kp_ann", org_code: "org_a" },
  annB: { sub: "kp_ann", org_code: "org_b" },
  bobA: { sub: "kp_bob", org_code: "org_a" },
  bobB: { sub: "kp_bob", org_code: "org_b" },
};
type Person = keyof typeof people;
const names: Person[] = ["annA", "annB", "bobA", "bobB"];

/** Their tokens are old. */
async function openAll(world: LiveWorld): Promise<Record<Person, Page>> {
  const open = async (name: Person): Promise<Page> => {
    const page = await world.open({ ...people[name], iat: seconds() - 600 });
    await page.next();
    return page;
  };
  return {
    annA: await open("annA"),
    annB: await open("annB"),
    bobA: await open("bobA"),
    bobB: await open("bobB"),
  };
}

describe("a change of rights", () => {
  test.each<[string, { subject?: string; organization?: string }, Person[]]>([
    ["of a user", { subject: "kp_ann" }, ["annA", "annB"]],
    ["of an organization", { organization: "org_b" }, ["annB", "bobB"]],
    ["of a user in an organization", { subject: "kp_bob", organization: "org_a" }, ["bobA"]],
    ["of everybody", {}, names],
    ["of somebody else", { subject: "kp_eve" }, []],
    ["of another organization", { organization: "org_c" }, []],
    ["of a user in another organization", { subject: "kp_ann", organization: "org_c" }, []],
  ])("%s reaches those pages, and nothing of it reaches another", async (_, change, concerned) => {
    using world = liveWorld({ heartbeatMs: 1000 });
    const pages = await openAll(world);
    const before = Object.fromEntries(names.map((name) => [name, pages[name].text()]));
    await world.events.rightsChanged(change);
    await vi.advanceTimersByTimeAsync(1000);
    for (const name of names) {
      await pages[name].more();
      if (concerned.includes(name)) await pages[name].more();
      const sent = pages[name].text().slice(before[name]?.length);
      const heartbeat = `:\nid: ${AT + 1000}\n\n`;
      const event = `event: outdated\nid: ${AT}\ndata: {"outdated":"rights","issuedUntil":1800000000,"delayMs":750}\n\n`;
      expect([name, sent]).toEqual([name, concerned.includes(name) ? event + heartbeat : heartbeat]);
    }
  });

  test("does not reach a user without an organization if it is of one", async () => {
    using world = liveWorld();
    await using page = await world.open({ org_code: undefined });
    await page.next();
    await world.events.rightsChanged({ organization: "org_acme" });
    await world.events.rightsChanged({ subject: "kp_alice", organization: "org_acme" });
    await world.events.policiesChanged();
    expect(await page.next()).toMatchObject({ data: { outdated: "policies" } });
  });

  test("ends the stream of a token that it outdates once the page should have a new one", async () => {
    using world = liveWorld({ heartbeatMs: 60_000 });
    await using old = await world.open({ iat: seconds() - 600 });
    await using fresh = await world.open({ iat: seconds() + 1 });
    await world.events.rightsChanged({ subject: "kp_alice" });
    for (const page of [old, fresh]) {
      await page.next();
      expect(await page.next()).toMatchObject({ data: { outdated: "rights", issuedUntil: 1_800_000_000 } });
    }
    await vi.advanceTimersByTimeAsync(5000);
    await world.events.policiesChanged();
    expect(await old.next()).toMatchObject({ data: { outdated: "policies" } });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await old.next()).toBeNull();
    await world.events.policiesChanged();
    expect([await fresh.next(), await fresh.next()]).toMatchObject(
      Array.from({ length: 2 }, () => ({ event: "outdated" })),
    );
  });

  test("asks no page to renew its token in the second of the change", async () => {
    using world = liveWorld();
    await using page = await world.open({ iat: seconds() - 600 });
    await page.next();
    vi.setSystemTime(1_800_000_000_999);
    await world.events.rightsChanged({ at: 1_800_000_000_000 });
    expect(await page.next()).toMatchObject({ data: { issuedUntil: 1_800_000_000, delayMs: 1 } });
    await world.events.rightsChanged({ at: 1_799_999_999_999 });
    expect(await page.next()).toMatchObject({ data: { issuedUntil: 1_799_999_999, delayMs: 0 } });
  });

  test("of the future is one of soon: a wrong clock keeps nobody out for long", async () => {
    using world = liveWorld();
    await using page = await world.open({ iat: seconds() - 600 });
    await page.next();
    await world.events.rightsChanged({ at: AT + 3_600_000 });
    expect(await page.next()).toMatchObject({ data: { issuedUntil: 1_800_000_005, delayMs: 5750 } });
  });
});

describe("a change of policies", () => {
  test("reaches every page, with the kinds", async () => {
    using world = liveWorld();
    const pages = await openAll(world);
    await world.events.policiesChanged({ kinds: ["document", "note"] });
    await world.events.policiesChanged();
    for (const page of Object.values(pages)) {
      expect(await page.next()).toEqual({
        event: "outdated",
        id: String(AT),
        data: { outdated: "policies", kinds: ["document", "note"], delayMs: 0 },
      });
      expect(await page.next()).toMatchObject({ data: { outdated: "policies", delayMs: 0 } });
    }
  });

  test("names no kind that the gateway does not allow", async () => {
    using world = liveWorld({}, { allow: { document: "*" } });
    await using page = await world.open();
    await world.events.policiesChanged({ kinds: ["payroll"] });
    await world.events.policiesChanged({ kinds: ["payroll", "document", "constructor"] });
    await page.next();
    expect((await page.next())?.data["kinds"]).toEqual(["document"]);
    expect(page.text()).not.toMatch(/payroll|constructor/);
  });

  test("of very many kinds is one of all", async () => {
    using world = liveWorld();
    await using page = await world.open();
    await page.next();
    await world.events.policiesChanged({ kinds: Array.from({ length: 1000 }, (_, index) => `kind-${index}`) });
    expect((await page.next())?.data).toEqual({ outdated: "policies", delayMs: 0 });
  });
});

test("nothing that is sent has a claim, an attribute or a token in it", async () => {
  using world = liveWorld({ heartbeatMs: 1000 });
  await using page = await world.open({ sub: "kp_ann", org_code: "org_a", iat: seconds() - 600 });
  await world.events.rightsChanged({ subject: "kp_ann", organization: "org_a" });
  await world.events.policiesChanged({ kinds: ["document"] });
  await vi.advanceTimersByTimeAsync(1000);
  for (let count = 0; count < 4; count += 1) await page.more();
  expect(page.text()).toBe(
    `event: hello\nid: ${AT}\ndata: {"heartbeatMs":1000}\n\n` +
      `event: outdated\nid: ${AT}\ndata: {"outdated":"rights","issuedUntil":1800000000,"delayMs":750}\n\n` +
      `event: outdated\nid: ${AT}\ndata: {"outdated":"policies","kinds":["document"],"delayMs":0}\n\n` +
      `:\nid: ${AT + 1000}\n\n`,
  );
});

/** Delays of so many pages, of other users each. */
async function delaysOf(world: LiveWorld, count: number, change: () => Promise<void>): Promise<number[]> {
  const pages: Page[] = [];
  for (let index = 0; index < count; index += 1) {
    const page = await world.open({ sub: `kp_${index}`, iat: seconds() - 600 });
    await page.next();
    pages.push(page);
  }
  await change();
  return Promise.all(pages.map(async (page) => Number((await page.next())?.data["delayMs"])));
}

describe("the spread", () => {
  test("grows with the number of pages that hear of an event", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    using world = liveWorld({ spreadMsPerStream: 10, maxSpreadMs: 60_000 });
    expect(await delaysOf(world, 8, () => world.events.policiesChanged())).toEqual(Array(8).fill(40));
    // Of one user alone, whatever others there are. And not before the next second.
    await using page = await world.open({ sub: "kp_ann", iat: seconds() - 600 });
    await page.next();
    await world.events.rightsChanged({ subject: "kp_ann" });
    expect((await page.next())?.data["delayMs"]).toBe(755);
    vi.restoreAllMocks();
  });

  test("ends somewhere", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    using world = liveWorld({ spreadMsPerStream: 1000, maxSpreadMs: 3000 });
    expect(await delaysOf(world, 8, () => world.events.policiesChanged())).toEqual(Array(8).fill(2997));
    vi.restoreAllMocks();
  });

  test("is another one for each page", async () => {
    using world = liveWorld({ spreadMsPerStream: 1000, maxSpreadMs: 60_000 });
    const delays = await delaysOf(world, 12, () => world.events.policiesChanged());
    expect(new Set(delays).size).toBeGreaterThan(1);
    expect(delays.every((delay) => delay >= 0 && delay < 12_000)).toBe(true);
  });
});
