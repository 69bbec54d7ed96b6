// The rate limit that processes share, on a real Redis and by both of its common clients.
import { AuthzError } from "@kinde-cerbos/core";
import { createRateLimiter, type RateLimiter } from "@kinde-cerbos/server";
import { createRedisRateLimiter, type RedisCommand, type RedisRateLimitOptions } from "@kinde-cerbos/server/redis";
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { goodBody, goodToken, inMemory, refusalOf } from "./in-memory.ts";
import { describeLimiter } from "./limiter-contract.ts";
import { redisProgram, type RedisServer, startRedis } from "./redis-server.ts";

const SEND = { send: async () => 0 };

test.each<object>([
  { send: undefined },
  { send: "redis://127.0.0.1" },
  { ...SEND, prefix: 1 },
  { ...SEND, fallback: true },
  { ...SEND, timeoutMs: 0 },
  { ...SEND, perMinute: 0 },
  { ...SEND, burst: 0.5 },
  { ...SEND, perMinutes: 60 },
])("an option that does not hold is named: %o", (options) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as an untyped caller writes it
  const create = (): RateLimiter => createRedisRateLimiter(options as RedisRateLimitOptions);
  expect(create).toThrow(AuthzError);
  expect(create).toThrow(Object.keys(options).at(-1));
});

test.each([null, "OK", [0], Number.NaN, -1])("an answer that is no time lets nobody through: %o", async (answer) => {
  const limit = createRedisRateLimiter({ send: async () => answer });
  const query = { subject: "user:a", cost: 1, request: new Request("http://gateway.test/") };
  await expect(limit(query)).rejects.toMatchObject({ reason: "limiter_unavailable" });
});

// With CI=true these fail where there is no Redis, so that they cannot be missing unseen.
const isSkipped = redisProgram === undefined && process.env["CI"] !== "true";
if (isSkipped)
  console.log("The tests of the shared rate limit are skipped: there is no redis-server or valkey-server on PATH.");

/** A client of Redis, and how it ends. */
interface Client {
  send(command: RedisCommand): Promise<unknown>;
  close(): void;
}

function nodeRedis(port: number): Client {
  const client = createClient({ socket: { host: "127.0.0.1", port, reconnectStrategy: 10 } });
  client.on("error", () => {});
  void client.connect().catch(() => {});
  return { send: (command) => client.sendCommand(command), close: () => client.destroy() };
}

function ioredis(port: number): Client {
  const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 10, maxRetriesPerRequest: null });
  client.on("error", () => {});
  return { send: (command) => client.call(...command), close: () => client.disconnect() };
}

const clients: [name: string, connect: (port: number) => Client][] = [
  ["node-redis", nodeRedis],
  ["ioredis", ioredis],
];

describe.skipIf(isSkipped)("on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  describe.each(clients)("by %s", (_, connect) => {
    let client: Client;
    beforeAll(() => {
      client = connect(redis.port);
    });
    afterAll(() => client?.close());
    beforeEach(async () => {
      await client.send(["FLUSHALL"]);
    });
    /** Against a machine that is busy, and no measure. */
    const patient = { timeoutMs: 30_000 };

    describeLimiter((options) =>
      createRedisRateLimiter({ ...options, ...patient, send: (command) => client.send(command) }),
    );

    test("two processes share one limit, by the clock of Redis, under a key that goes away", async () => {
      const limits = [1, 2].map(() =>
        createRedisRateLimiter({ send: (command) => client.send(command), ...patient, perMinute: 1, burst: 2 }),
      );
      const worlds = limits.map((rateLimit) => inMemory({ rateLimit }));
      const ask = async (world = 0) => (await worlds[world]!.post(await goodBody())).status;
      expect([await ask(0), await ask(1), await ask(0), await ask(1)]).toEqual([200, 200, 429, 429]);
      expect(await client.send(["KEYS", "*"])).toEqual(["kinde-cerbos:rate:user:kp_alice"]);
      const ttl = Number(await client.send(["PTTL", "kinde-cerbos:rate:user:kp_alice"]));
      expect(ttl).toBeGreaterThan(0);
      // Two minutes until it is full, and one for clocks that differ.
      expect(ttl).toBeLessThanOrEqual(180_000);
    });
  });

  describe("that is down", () => {
    let failing: RedisServer;
    let printed: MockInstance<typeof console.error>;
    let client: Client;
    beforeEach(async () => {
      failing = await startRedis();
      client = ioredis(failing.port);
      await client.send(["PING"]);
      printed = vi.spyOn(console, "error").mockImplementation(() => {});
    });
    afterEach(async () => {
      printed.mockRestore();
      client.close();
      await failing.stop();
    });

    const harms: [how: string, signal: NodeJS.Signals][] = [
      ["has ended", "SIGKILL"],
      ["hangs", "SIGSTOP"],
    ];

    test.each(harms)("which %s: nothing is allowed, and the answer says when to ask again", async (_, signal) => {
      const world = inMemory({
        rateLimit: createRedisRateLimiter({ send: (command) => client.send(command), timeoutMs: 100 }),
      });
      failing.signal(signal);
      const response = await world.post();
      expect(response.headers.get("retry-after")).toBe("1");
      expect(await refusalOf(world, response)).toEqual([503, 14, "limiter_unavailable"]);
    });

    test.each(harms)("which %s: the fallback goes on with a limit, and says so once", async (_, signal) => {
      const fallback = createRateLimiter({ perMinute: 1, burst: 2 });
      const world = inMemory({
        rateLimit: createRedisRateLimiter({ send: (command) => client.send(command), timeoutMs: 100, fallback }),
      });
      failing.signal(signal);
      const ask = async () =>
        (await world.post(await goodBody({ auxData: { jwt: { token: await goodToken() } } }))).status;
      expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 429, 429]);
      expect(printed.mock.calls).toEqual([[expect.stringContaining("Redis does not answer")]]);
    });

    test("and comes back: it decides again", async () => {
      const rateLimit = createRedisRateLimiter({
        send: (command) => client.send(command),
        timeoutMs: 100,
        perMinute: 1,
        burst: 1,
      });
      const world = inMemory({ rateLimit });
      failing.signal("SIGSTOP");
      expect((await world.post()).status).toBe(503);
      failing.signal("SIGCONT");
      await vi.waitFor(async () => expect((await world.post()).status).toBe(429), { timeout: 10_000 });
      expect(printed.mock.calls).toEqual([]);
    });
  });
});
