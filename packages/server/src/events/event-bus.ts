/**
 * How the gateways of one application tell each other of changes: publish and subscribe, one channel. Default:
 * {@link createMemoryBus}, for one process; `createRedisBus` of `@kinde-cerbos/server/redis` for several.
 */
export interface EventBus {
  /** Sends a message to all subscribers in all processes, this one among them. Rejects if it could not be sent. */
  publish(message: string): Promise<void>;
  /**
   * Calls `onMessage` for each message from now on, and `onMissed` when some may have been lost, as after a connection
   * was down. Returns a function that ends that.
   */
  subscribe(onMessage: (message: string) => void, onMissed: () => void): () => void;
  /**
   * Resolves with true for the first caller in any process that claims this name within `forMs`, in ms, and with false
   * for the others. It is how a replayed webhook is told from a new one.
   */
  claim(name: string, forMs: number): Promise<boolean>;
  /** Gives a claim up, so that it can be claimed again. */
  release(name: string): Promise<void>;
}
