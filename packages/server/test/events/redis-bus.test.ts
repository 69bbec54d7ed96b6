// The bus of several processes, on a real Redis.
import { AuthzError } from "@kinde-cerbos/core";
import { type EventBus } from "@kinde-cerbos/server";
import { createRedisBus, type RedisBusOptions } from "@kinde-cerbos/server/redis";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { redisProgram, type RedisServer, startRedis } from "../redis-server.ts";
import { describeBus, subscribe } from "./bus-contract.ts";

const client = { sendCommand: async () => null, duplicate: () => client };

test.each<object>([
  { client: undefined },
  { client: {} },
  { client, channel: "" },
  { client, timeoutMs: 0 },
  { client, chanel: "x" },
])("an option that does not hold is named: %o", (options) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as an untyped caller writes it
  const create = () => createRedisBus(options as RedisBusOptions);
  expect(create).toThrow(AuthzError);
  expect(create).toThrow(Object.keys(options).at(-1));
});

// With CI=true these fail where there is no Redis, so that they cannot be missing unseen.
const isSkipped = redisProgram === undefined && process.env["CI"] !== "true";
if (isSkipped)
  console.log("The tests of the shared bus are skipped: there is no redis-server or valkey-server on PATH.");

/** Against a machine that is busy, and no measure. */
const PATIENT_MS = 30_000;

describe.skipIf(isSkipped)("on Redis", () => {
  const clients: { destroy(): void }[] = [];
  /** A process of its own, as far as Redis sees it. */
  const connect = (port: number, options: Partial<RedisBusOptions> = {}): EventBus => {
    const connected = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 20 } });
    connected.on("error", () => {});
    void connected.connect().catch(() => {});
    clients.push(connected);
    return createRedisBus({ client: connected, timeoutMs: PATIENT_MS, ...options });
  };
  let printed: MockInstance<typeof console.error>;
  beforeEach(() => {
    printed = vi.spyOn(console, "error").mockImplementation(() => {});
  });
  afterEach(() => {
    printed.mockRestore();
    for (const connected of clients.splice(0)) connected.destroy();
  });

  describe("that is there", () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis?.stop());
    let channels = 0;

    describeBus(async () => {
      channels += 1;
      const channel = `app-${channels}`;
      return [connect(redis.port, { channel }), connect(redis.port, { channel })];
    });

    test("applications with channels of their own do not meet", async () => {
      const [one, two] = [connect(redis.port, { channel: "one" }), connect(redis.port, { channel: "two" })];
      const [first, second] = [await subscribe(one), await subscribe(two)];
      await one.publish("for one");
      await two.publish("for two");
      await Promise.all([first.got("for one"), second.got("for two")]);
      expect([await one.claim("event_1", 60_000), await two.claim("event_1", 60_000)]).toEqual([true, true]);
      first.end();
      second.end();
      expect(printed).not.toHaveBeenCalled();
    });
  });

  describe("that fails", () => {
    let redis: RedisServer;
    beforeEach(async () => {
      redis = await startRedis();
    });
    afterEach(() => redis?.stop());

    test.each<[how: string, signal: NodeJS.Signals]>([
      ["is down", "SIGKILL"],
      ["hangs", "SIGSTOP"],
    ])("and %s: what is sent is refused in time", async (_, signal) => {
      const bus = connect(redis.port, { timeoutMs: 200 });
      await vi.waitFor(() => bus.publish("warm"), { timeout: PATIENT_MS });
      redis.signal(signal);
      const down = /within 200 ms|socket|connection|ECONN/i;
      await expect(bus.publish("lost")).rejects.toThrow(down);
      await expect(bus.claim("event_1", 1000)).rejects.toThrow(down);
      await expect(bus.release("event_1")).rejects.toThrow(down);
    });

    test("and comes back: both processes are told that they may have missed something, and go on", async () => {
      const buses = [connect(redis.port), connect(redis.port)] as const;
      const subscriptions = [await subscribe(buses[0]), await subscribe(buses[1])];
      const { port } = redis;
      redis.signal("SIGKILL");
      await redis.stop();
      // One line for each process, however often it tries.
      await vi.waitFor(() => expect(printed).toHaveBeenCalledTimes(2), { timeout: PATIENT_MS });
      expect(printed.mock.calls.flat().join()).toContain("cannot be received from Redis");
      redis = await startRedis(port);
      for (const subscription of subscriptions)
        await vi.waitFor(() => expect(subscription.missed).toBe(1), { timeout: PATIENT_MS });
      await buses[0].publish("again");
      for (const subscription of subscriptions) await subscription.got("again");
      for (const subscription of subscriptions) subscription.end();
      expect(printed).toHaveBeenCalledTimes(2);
    });

    test("and is not there yet when a process starts: it begins when Redis does", async () => {
      const { port } = redis;
      await redis.stop();
      const bus = connect(port);
      const started = subscribe(bus);
      await vi.waitFor(() => expect(printed).toHaveBeenCalledTimes(1), { timeout: PATIENT_MS });
      redis = await startRedis(port);
      const subscription = await started;
      await bus.publish("first");
      await subscription.got("first");
      subscription.end();
    });

    test("a subscription that has ended while it is down stays ended", async () => {
      const bus = connect(redis.port);
      const [first, second] = [await subscribe(bus), await subscribe(bus)];
      const { port } = redis;
      await redis.stop();
      first.end();
      redis = await startRedis(port);
      await vi.waitFor(() => expect(second.missed).toBe(1), { timeout: PATIENT_MS });
      await bus.publish("again");
      await second.got("again");
      expect([first.messages, first.missed]).toEqual([[], 0]);
      second.end();
    });
  });
});
