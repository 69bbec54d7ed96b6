import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Budget } from "../../src/live/budget.ts";
import { type KeyedEvent, Pending } from "../../src/live/pending.ts";

const event = (key: string, more: Partial<KeyedEvent> = {}): KeyedEvent => ({
  outdated: "rights",
  delayMs: 0,
  key,
  ...more,
});
const keysOf = (runs: readonly (readonly KeyedEvent[])[]): string[][] =>
  runs.map((events) => events.map(({ key }) => key));

let end: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  end = new AbortController();
});

afterEach(() => end.abort());

describe("Pending", () => {
  it("waits for the delay of an event that comes while others are being done", async () => {
    const runs: (readonly KeyedEvent[])[] = [];
    const pending = new Pending(new Budget(3, 1000), end.signal, async (events) => {
      runs.push(events);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    });
    pending.add(event("a"));
    await vi.advanceTimersByTimeAsync(500);
    pending.add(event("b", { delayMs: 60_000 }));
    pending.add(event("c", { delayMs: 20_000 }));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(keysOf(runs)).toEqual([["a"]]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(keysOf(runs)).toEqual([["a"], ["b", "c"]]);
  });

  it("keeps a bounded number of events that wait, and loses nothing of what they say", async () => {
    const runs: (readonly KeyedEvent[])[] = [];
    const pending = new Pending(new Budget(3, 1000), end.signal, (events) => void runs.push(events));
    for (let at = 0; at < 10_000; at += 1) {
      pending.add(event(String(at), { outdated: "policies", kinds: [`kind-${at}`], delayMs: 600_000 }));
    }
    pending.add(event("rights", { outdated: "everything", issuedUntil: 7, delayMs: 600_000 }));
    await vi.advanceTimersByTimeAsync(600_000);
    const [events = []] = runs;
    expect(events.length).toBeLessThanOrEqual(100);
    expect(events.some(({ outdated, kinds }) => outdated === "everything" && kinds === undefined)).toBe(true);
    expect(Math.max(...events.map(({ issuedUntil = 0 }) => issuedUntil))).toBe(7);
  });
});
