import { hasMethods, isName, requireOption } from "@kinde-cerbos/core/internal";
import { describeError, Failure } from "../error-text.ts";
import { type OptionNames, requireKnownOptions } from "../option-names.ts";
import { requireIntegers } from "../option.ts";
import { type RedisCommand } from "../redis.ts";
import { settled } from "../settled.ts";
import { type EventBus } from "./event-bus.ts";

/** A connected client of node-redis 5 or newer: `@redis/client` or `redis`. */
export interface RedisBusClient {
  /** Sends a command and resolves with its reply. */
  sendCommand(command: RedisCommand): Promise<unknown>;
  /** Creates a client with the same settings: a connection that subscribes can do nothing else. */
  duplicate(): RedisBusSubscriber;
}

/** The part of node-redis that subscribes. */
export interface RedisBusSubscriber {
  /** Opens the connection. */
  connect(): Promise<unknown>;
  /** Calls the listener for each message of a channel. */
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  /** Calls the listener when the connection is ready, or has an error. */
  on(event: "ready" | "error", listener: (error?: unknown) => void): unknown;
  /** Closes the connection at once. */
  destroy(): void;
  /** Lets the process end while the connection is open. */
  unref?(): unknown;
}

/** Options of {@link createRedisBus}. */
export interface RedisBusOptions {
  /**
   * A client of node-redis 5 or newer. You connect and close it. To subscribe, the bus opens a second connection with
   * the same settings, such as `reconnectStrategy`. That one does not keep the process running.
   */
  readonly client: RedisBusClient;
  /**
   * The channel, also the prefix of the keys. Applications that share a Redis each need their own. Default:
   * `kinde-cerbos:events`.
   */
  readonly channel?: string;
  /** How long Redis may take to answer before it counts as down, in ms. 1 to 60000. Default: 1000. */
  readonly timeoutMs?: number;
}

const REDIS_BUS_OPTIONS: OptionNames<RedisBusOptions> = { client: true, channel: true, timeoutMs: true };

/**
 * Creates the bus of an application that runs in several processes, with publish and subscribe of Redis 5 or newer, or
 * Valkey. Redis keeps no messages: after its connection was down, a process makes all its open pages check again.
 *
 * While Redis is down, `publish`, `claim` and `release` reject after `timeoutMs`. A line on `console.error` says when
 * changes of other processes cannot be received.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createRedisBus(options: RedisBusOptions): EventBus {
  requireKnownOptions(options, REDIS_BUS_OPTIONS, "createRedisBus");
  const { client, channel = "kinde-cerbos:events", timeoutMs = 1000 } = options;
  requireOption(hasMethods(client, ["sendCommand", "duplicate"]), "client must be a client of node-redis");
  requireOption(isName(channel), "channel must be a non-empty string");
  requireIntegers({ timeoutMs }, { timeoutMs: [1, 60_000] });

  const send = async (...command: RedisCommand): Promise<unknown> => {
    const answer = await settled(
      (async () => client.sendCommand(command))().then((value) => ({ value })),
      timeoutMs,
    );
    if (!answer) throw new Failure(`Redis gave no answer within ${timeoutMs} ms.`);
    return answer.value;
  };
  const keyOf = (name: string): string => `${channel}:claim:${name}`;

  return {
    async publish(message) {
      await send("PUBLISH", channel, message);
    },
    subscribe: (onMessage, onMissed) => listen(client.duplicate(), channel, onMessage, onMissed),
    async claim(name, forMs) {
      return (await send("SET", keyOf(name), "1", "NX", "PX", String(Math.ceil(forMs)))) !== null;
    },
    async release(name) {
      await send("DEL", keyOf(name));
    },
  };
}

/** Subscribes until the returned function is called, and again after each loss of the connection. */
function listen(
  subscriber: RedisBusSubscriber,
  channel: string,
  onMessage: (message: string) => void,
  onMissed: () => void,
): () => void {
  let isDown = false;
  let hasEnded = false;

  const failed = (error: unknown): void => {
    if (!isDown && !hasEnded) {
      console.error(`kinde-cerbos: Changes of other processes cannot be received from Redis: ${describeError(error)}`);
    }
    isDown = true;
  };
  const begin = async (): Promise<void> => {
    // After the first time, the client has done it by itself, and this does nothing.
    await subscriber.subscribe(channel, onMessage);
    isDown = false;
    // Earlier messages are lost.
    if (!hasEnded) onMissed();
  };
  // Without a listener, an error would end the process. Each attempt to connect has one.
  subscriber.on("error", failed);
  subscriber.on("ready", () => void begin().catch(failed));
  // Nobody knows of this connection, so nobody would close it at the end.
  subscriber.unref?.();
  void (async () => subscriber.connect())().catch(failed);

  return () => {
    hasEnded = true;
    try {
      subscriber.destroy();
    } catch {
      // It is closed already.
    }
  };
}
