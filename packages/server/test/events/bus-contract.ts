import { type EventBus } from "@kinde-cerbos/server";
// What each bus does, wherever its messages go.
import { beforeEach, expect, test, vi } from "vitest";

/** A message may take its way through other programs on a busy machine. */
const PATIENT = { timeout: 30_000, interval: 5 };

/** A subscription that has begun, and what it got since. */
export interface Subscription {
  readonly messages: string[];
  /** How often something may have been missed. */
  missed: number;
  /** Resolves when it has got this, in this order. */
  got(...messages: readonly string[]): Promise<void>;
  end(): void;
}

const PROBE = "probe";

/** Subscribes, and waits until what is published arrives. */
export async function subscribe(bus: EventBus): Promise<Subscription> {
  const subscription: Subscription = {
    messages: [],
    missed: 0,
    got: (...messages) => vi.waitFor(() => expect(subscription.messages).toEqual(messages), PATIENT),
    end: bus.subscribe(
      (message) => {
        if (message.startsWith(PROBE)) heard.add(message);
        else subscription.messages.push(message);
      },
      () => {
        subscription.missed += 1;
      },
    ),
  };
  const heard = new Set<string>();
  await vi.waitFor(async () => {
    await bus.publish(PROBE);
    expect(heard).toContain(PROBE);
  }, PATIENT);
  // What was published before this has arrived before this.
  await bus.publish(`${PROBE} end`);
  await vi.waitFor(() => expect(heard).toContain(`${PROBE} end`), PATIENT);
  subscription.missed = 0;
  return subscription;
}

/**
 * @param createProcesses two buses of one application that nobody has used, as of two processes. Where there is only one
 *   process, twice the same.
 */
export function describeBus(createProcesses: () => Promise<readonly [EventBus, EventBus]>): void {
  let bus: EventBus;
  let other: EventBus;
  beforeEach(async () => {
    [bus, other] = await createProcesses();
  });

  test("each subscriber in each process gets each message once, in order", async () => {
    const subscriptions = [await subscribe(bus), await subscribe(bus), await subscribe(other)];
    const texts = ["a", "b", '{"what":"policies"}', "é\0\r\n$1", "a"];
    for (const text of texts) await bus.publish(text);
    for (const subscription of subscriptions) await subscription.got(...texts);
    await other.publish("back");
    for (const subscription of subscriptions) {
      await subscription.got(...texts, "back");
      expect(subscription.missed).toBe(0);
      subscription.end();
    }
  });

  test("a subscription that has ended gets nothing, and the others go on", async () => {
    const [first, second] = [await subscribe(bus), await subscribe(bus)];
    first.end();
    first.end();
    await bus.publish("late");
    await second.got("late");
    expect(first.messages).toEqual([]);
    second.end();
  });

  test("a name is claimed by one of all, until it is given up", async () => {
    const claims = await Promise.all([bus, other, bus, other].map((one) => one.claim("event_1", 60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await other.claim("event_2", 60_000)).toBe(true);
    await other.release("event_1");
    expect([await other.claim("event_1", 60_000), await bus.claim("event_1", 60_000)]).toEqual([true, false]);
    await bus.release("nobody's");
  });

  test("a claim ends by itself", async () => {
    expect(await bus.claim("short", 1)).toBe(true);
    await vi.waitFor(async () => expect(await other.claim("short", 60_000)).toBe(true), PATIENT);
    expect(await bus.claim("short", 60_000)).toBe(false);
  });
}
