import { getEventListeners } from "node:events";
import {
  type Authorizer,
  AuthzError,
  type AuthorizerOptions,
  type Check,
  createAuthorizer,
  type Decision,
} from "@kinde-cerbos/core";

/** An authorizer that keeps count of what it could leave behind. */
export interface GuardedAuthorizer extends Authorizer {
  /** Asks all; never rejects. `"allowed"`, `"denied"`, or the code of the error, by the name of the check. */
  outcomesOf(checks: ReadonlyMap<string, Check>): Promise<Map<string, string>>;
  /** How often the PDP's client was called. */
  readonly calls: number;
  /** Timers that have neither run nor been cancelled. */
  readonly timers: number;
  /** Listeners at the one signal that all its checks get. */
  readonly listeners: number;
  /** Gives all its checks up. */
  leave(): void;
  /** Everything that callers, observers and logs were given. */
  readonly seen: readonly unknown[];
}

/** Makes one. It waits for nothing before a retry, so that only a silent PDP costs time. */
export function guardedAuthorizer(options: AuthorizerOptions): GuardedAuthorizer {
  const timers = new Set<NodeJS.Timeout>();
  const seen: unknown[] = [];
  const caller = new AbortController();
  let calls = 0;
  const authorizer = createAuthorizer({
    random: () => 0,
    onBatch: (batch) => seen.push(batch),
    onDecision: (...decided) => seen.push(decided),
    onWarning: (message) => seen.push(message),
    ...options,
    pdp: {
      checkResources(request, callOptions) {
        calls += 1;
        return options.pdp.checkResources(request, callOptions);
      },
    },
    setTimer: (task, ms) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        task();
      }, ms);
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearTimeout(timer);
      };
    },
  });

  const outcome = async (decision: Promise<Decision>): Promise<string> => {
    try {
      return (await decision).allowed ? "allowed" : "denied";
    } catch (error) {
      seen.push(error);
      // A TypeError of ours would be no outcome, but a bug.
      if (!(error instanceof AuthzError)) throw error;
      return error.code;
    }
  };

  return {
    ...authorizer,
    get session() {
      return authorizer.session;
    },
    async outcomesOf(checks) {
      const asked = [...checks].map(async ([name, check]) => {
        const decision = authorizer.check(check, { signal: caller.signal });
        return [name, await outcome(decision)] as const;
      });
      return new Map(await Promise.all(asked));
    },
    leave: () => caller.abort(),
    get calls() {
      return calls;
    },
    get timers() {
      return timers.size;
    },
    get listeners() {
      return getEventListeners(caller.signal, "abort").length;
    },
    seen,
  };
}
