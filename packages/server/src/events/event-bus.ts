/**
 * Shares changes between the gateways of one application: publish and subscribe on one channel. Default: {@link
 * createMemoryBus}, for one process; `createRedisBus` of `@kinde-cerbos/server/redis` for several.
 */
export interface EventBus {
  /** Sends a message to all subscribers in all processes, including this one. Rejects if it could not be sent. */
  publish(message: string): Promise<void>;
  /**
   * Calls `onMessage` for each later message, and `onMissed` when some may have been lost, for example while the
   * connection was down. Returns a function that unsubscribes.
   */
  subscribe(onMessage: (message: string) => void, onMissed: () => void): () => void;
  /**
   * Resolves with true for the first caller in any process that claims this name within `forMs`, in ms, and with false
   * for all others. This tells a repeated webhook from a new one.
   */
  claim(name: string, forMs: number): Promise<boolean>;
  /** Releases a claim, so that the name can be claimed again. */
  release(name: string): Promise<void>;
}
